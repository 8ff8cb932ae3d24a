/* Explanations, as documents: trees of lines, or tables. */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "document/document.h"
#include "document/view.h"

/* An element of an output that goes on deeper than a page shows. */
typedef struct explain_target {
    const assess_array *output;
    const size_t *at;
} explain_target;

enum { EXPLAIN_TARGETS = 3 };

/* How much a page of several explanations may hold, and what it left out. */
typedef struct explain_page {
    size_t left, places; /* steps, and the places that they are for */
    size_t depth;        /* that was asked for; 0: as usual */
    size_t omitted;      /* places the page cannot hold */
    int deeper;          /* some steps go on deeper than the depth that was asked for, */
    int bounded;         /* or than the page can hold; the first of them that can be asked for: */
    explain_target target[EXPLAIN_TARGETS];
    int targets;
} explain_page;

/* How deep a tree is (1), or a table (0), where nothing was asked for. */
size_t explain_depth(const explain_page *e, int tree);

/* Adds the steps behind the element of an output at a place, as a tree. 0 with the fault. */
int explain_tree(const view *v, const assess_array *x, const size_t *at, explain_page *e,
                 document *p, fault *f);
/* The same as rows of a table. */
int explain_rows(const view *v, const assess_array *x, const size_t *at, explain_page *e,
                 document *p, fault *f);

#endif
