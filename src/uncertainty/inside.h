/* Between inputs.c, weights.c, figures.c, alternatives.c and panel.c: entries taken apart. */
#ifndef UNCERTAINTY_INSIDE_H
#define UNCERTAINTY_INSIDE_H

#include "uncertainty/inputs.h"

/* One entry on its way to inputs and choices. */
typedef struct opener {
    draw_inputs *in;
    assess *a;
    size_t entry;
    const uncertain_entry *e;
    fault *f;
} opener;

/* Notes a fault of an entry at its line, or of the option it came with; both texts are translated.
 * Without a hint (NULL) it is how the kind is written; "" is none. Returns 0. */
int inputs_refuse(const opener *o, const char *address, const char *what);
int inputs_fault(const opener *o, const char *hint, const char *format, ...) FAULT_FORMAT(3, 4);
/* The distribution of a number by its entry; of a group's members as if each stood alone. */
distribution inputs_distribution(const opener *o, double nominal);
int inputs_add(opener *o, const char *address, const char *name, size_t cell, distribution d,
               double nominal);
/* A path of an entry: beside the rules, or as it was given on a command line. NULL without memory.
 */
const char *inputs_path(const opener *o, const char *path);
int inputs_allowed(const opener *o, const char *path); /* 0 with the fault where rules name it and
                                                        * may not read it */
/* Notes a file that draws read. */
int inputs_add_file(opener *o, const char *path, int rules);

/* The random numbers of a draw: a key for each of several inputs. */
typedef struct numbers {
    const uint64_t *key;
    uint32_t stream;
} numbers;
uint64_t inputs_key(const draw_source *from, uint64_t hash);

/* figures.c: cells of data. */
int figures_add(opener *o);

/* alternatives.c: choices. */
int choices_add_leaf(opener *o, const md_leaf *l);
/* The data that the address names as a whole is one of several files; `rules`: rule files. 1 where
 * the address is no such. */
int choices_add_files(opener *o);
int choices_leave_out(opener *o);

/* panel.c: the inputs from `first` on, which are weights. Their groups were made. */
int panel_open(opener *o, size_t first_group);
/* The weights of a group's members in a draw. */
void panel_draw(const draw_group *g, const draw_source *from, uint32_t stream, uint64_t first,
                size_t count, double *value, size_t stride);

#endif
