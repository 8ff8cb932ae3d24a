/* The formats a result may be written in. A format is one record: its name, the extension of its
 * files, and the function that writes documents in it. The first is the default. */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include <jansson.h>

#include "base/files.h"
#include "document/document.h"
#include "document/view.h"

typedef struct format {
    const char *name, *extension;
    int people;    /* is it read by people? They get rounded numbers and a choice of rows */
    int prose;     /* are findings told one after the other, and explanations as trees? */
    int one_table; /* must results that are written together have the same axes? */
    int hashes;    /* does it say by a hash which data it was? */
    void (*write)(const document *p, page *to);
    int (*ready)(fault *f); /* opens what it needs of the system; NULL: nothing */
    int binary;             /* no text: never for a terminal */
    int pictures;           /* are reports to have charts as pictures? */
    int explains;           /* do numbers lead to where they come from? */
} format;

enum { FORMATS_MOST = 16 };

extern const format formats[]; /* ended by a name that is NULL */

/* Their names, ended by NULL. */
void format_names(const char *names[FORMATS_MOST + 1]);

void document_as_text(const document *p, page *to);
void document_as_markdown(const document *p, page *to);
void document_as_html(const document *p, page *to);
void document_as_csv(const document *p, page *to);
void document_as_json(const document *p, page *to);
void document_as_docx(const document *p, page *to);

/* Writes a document; 0 with the fault. */
int format_write(const format *of, const document *p, page *to, fault *f);

/* Have two arrays the same axes, in whatever order? Only such arrays share a table. */
int csv_same_axes(const assess_array *x, const assess_array *y);

/* Writes `count` arrays over the same axes (at least one) as one table of CSV. Where the wish picks
 * a position of an axis, only that one; its `top` is ignored. Returns 0 without memory. */
int csv_put_table(output *out, assess *a, const view_wish *w, const assess_array *const *x,
                  size_t count, const csv_form *form);
extern const char csv_byte_order_mark[];
/* Writes the given outputs as JSON. Returns 0 without memory. */
int json_write(output *out, const view *v, const assess_array *const *x, size_t count);

/* A text for jansson; bytes that are no UTF-8 (a file may be called so) become U+FFFD. */
json_t *json_text(const char *s);

/* The files of a folder, in memory: one CSV for each output of the session, and result.json. 0 with
 * the fault; after either, folder_release. */
typedef struct folder_files {
    file_item *item;
    size_t count;
    output *out; /* what the items lie in */
    char **name;
} folder_files;
/* There is room for one file more. */
int folder_make(folder_files *o, const view *v, const csv_form *form,
                const volatile sig_atomic_t *stop, fault *f);
/* A document as JSON under this name, which lasts: the one file more. */
int folder_add(folder_files *o, const char *name, const document *p,
               const volatile sig_atomic_t *stop, fault *f);
void folder_release(folder_files *o);

/* Writes every output of the session into a folder: one CSV for each, and all of it as result.json;
 * *files is how many files were written. All files are written beside their place and then renamed
 * (base/files.h): a run that fails, is stopped, or meets a full disk leaves what was there before.
 */
int folder_write(const char *path, const view *v, const csv_form *form,
                 const volatile sig_atomic_t *stop, size_t *files, fault *f);

struct why;
/* The blocks of a document; headings of sections are h`level`, those with ids have them, made with
 * `prefix`. `w` makes links of numbers, or is NULL. */
void html_blocks(output *to, const document *p, int level, const char *prefix, struct why *w);
/* A drawing, and what it draws as tables that open under the heading; `w` as above. */
void html_figure(output *to, const document *numbers, const char *heading, const buf *svg,
                 struct why *w);

#endif
