/* Parts of a run of draws, as commands write and merge them.
 *
 * A part carries the options that decide what is computed and shown; merge sets them again, opens
 * the rules, and joins the draws. */
#ifndef CMD_PART_FILES_H
#define CMD_PART_FILES_H

#include "cmd/cmd.h"
#include "uncertainty/shard.h"

typedef struct part_files {
    arena memory;
    shard *part; /* in the order of their draws */
    size_t count;
} part_files;

/* Writes a part to the file of -o; `c`: with central weights, or NULL. */
int part_files_write(const arguments *a, const assess *session, vary *v, const central *c,
                     size_t index, size_t of, fault *f);

/* Reads the part that stands where the rules would, and those behind it, and proves that they are a
 * whole run. Then sets rules and options as the run had them: own options (a table and what it is
 * bound to) and shared ones. */
int part_files_open(part_files *p, arguments *a, const arguments_list *behind, const option *table,
                    void *own, fault *f);
void part_files_close(part_files *p);
/* Were all made with the rules and data of the session? Then adds their draws. */
int part_files_join(const part_files *p, const assess *session, vary *v, central *c, fault *f);
/* Refuses options that parts carry. */
void part_files_check_options(arguments *a, fault *f);

#endif
