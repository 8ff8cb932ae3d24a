/* The formats a result may be written in. A format is one record: its name, the extension of its
 * files, and its writers, one for documents and one for the main report. The first is the default.
 */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include "report/document.h"
#include "report/view.h"

/* What the main report is made of. */
typedef struct format_result {
    const view *v;
    const view_wish *wish;
    const assess_array **x; /* the results to be written */
    size_t count;
    int named; /* were these asked for by name? */
} format_result;

typedef struct format {
    const char *name, *extension;
    int people;    /* is it read by people? They get rounded numbers and a choice of rows */
    int one_table; /* must results that are written together have the same axes? */
    void (*document)(const document *p, page *to);
    int (*result)(const format_result *r, page *to); /* 0 without memory */
} format;

enum { FORMATS_MOST = 16 };

extern const format formats[]; /* ended by a name that is NULL */

/* Their names, ended by NULL. */
void format_names(const char *names[FORMATS_MOST + 1]);

#endif
