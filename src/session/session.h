/* A session, for the floors above that work on it: check, impact and testing. Others use
 * src/assess.h.
 *
 * settings.c has what is set before the rules are opened, and the messages; open_run.c opens, runs
 * and recomputes; results.c has outputs, facts and explanations. A step that can fail fills a fault
 * of its own and ends with session_finish, which turns it into messages. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdint.h>
#include <string.h>

#include "assess.h"
#include "base/allowed.h"
#include "base/digest.h"
#include "lua/script.h"
#include "rule/result.h"

/* What was set before the rules were opened: another value of a leaf, or other data. */
typedef struct setting {
    const char *name, *value;
    const char *text; /* data in memory, labelled `value` */
    size_t length;
} setting;

typedef struct settings {
    setting *item;
    size_t count, cap;
} settings;

/* A cell of data has another value than its file. */
typedef struct data_edit {
    const char *data;
    ds_edit cell;
} data_edit;

/* Raises a flag when the time of a step is up, or when the caller's own flag is raised. Scripts and
 * the evaluator look at that flag. A thread does it, where the command's limits do not. */
typedef struct deadline deadline;

/* `stop` is the caller's flag, or NULL. Returns NULL where there is no memory or no thread. */
deadline *deadline_start(volatile sig_atomic_t *flag, const volatile sig_atomic_t *stop);
/* So many seconds from now on. NULL is let through. */
void deadline_limit(deadline *d, double seconds);
/* Ends it; returns whether the time was up. NULL is let through. */
int deadline_end(deadline *d);

typedef enum session_step { NEW, OPENED, DONE, FAILED } session_step;

struct assess {
    arena memory;
    session_step step;
    settings leaf, data;
    data_edit *edit;
    size_t edits, edit_cap;
    settings without; /* elements and units that are left out: see session_leave_out */
    const char *where_column, *where_value, *encoding, *methods, *simd;
    allowed_list allow; /* where rules may read besides */
    const char **allow_folder;
    size_t allow_cap;
    double seconds;
    uint64_t lacks; /* allocations that had failed when the step began */
    size_t memory_most, script_memory, source;
    size_t spare; /* bytes of values that nothing reads any more: see ex_settings */
    int threads, strict, hash, unused, pass;
    struct ex_profile *profile; /* NULL: nothing is measured */
    const volatile sig_atomic_t *stop;
    struct ripple *ripple;      /* between session_follow and session_follow_end; else NULL */
    deadline *deadline;         /* of assess_open, kept for assess_run; or NULL */
    volatile sig_atomic_t halt; /* what scripts and the evaluator look at */

    host *h;
    script *s;
    results r;
    assess_message *message;
    size_t messages, message_cap, hidden;
    fault notes; /* warnings on their way to the messages */
    assess_leaf *leaves;
    assess_finding *finding; /* of assess_check; in `memory` */
    size_t findings, finding_capacity;
    int checking; /* the rules are opened to be checked */
    assess_array *output;
    const assess_array
        *only[2]; /* while a search tries values, assess_recompute computes these alone; or NULL */
    assess_array **named; /* arrays that were asked for by name */
    size_t nameds, named_cap;
    char build_id[DIGEST_HEX], rules[DIGEST_HEX];
    const char *file;
};

/* A new session with all that was set for another: leaves, data, limits. NULL without memory. */
assess *session_like(const assess *a);
/* Before the rules are opened: without an element of the index, "index.A.A1" (a group that is empty
 * then goes, too), or without a unit, "unit.Shenzhen". */
assess_status session_leave_out(assess *a, const char *address);
/* Copies into the session's memory; "" for NULL and without memory. */
const char *session_keep(assess *a, const char *text);
/* Moves what a fault holds to the messages; the fault is empty then. */
void session_tell(assess *a, fault *f, assess_status status);
/* The end of a step: warnings first, then what ended it. */
assess_status session_finish(assess *a, fault *f, session_step next);
/* Refuses a call that is not allowed now; the session stays as it was. */
assess_status session_refuse(assess *a, const char *format, const char *what, const char *value);
/* The deadline of a step. A flag that is raised already counts at once. */
deadline *session_begin(assess *a, int always);
/* Before the rules are opened: a cell of data, by its row (from 0, of those that are kept) and
 * column of numbers, has another value than its file, where it is `was`; NaN: missing. */
assess_status session_edit(assess *a, const char *data, const ds_edit *cell);
/* A host with the session's settings, and how its data is to be read. */
host *session_host(const assess *a, fault *notes, fault *f);
void session_data_settings(const assess *a, datasets *d);
/* Replaces the data that the rules name by what the caller gave. */
int session_replace_data(assess *a, fault *f);
/* The source of a name in rules: keyed data "observed", a carried column "observed.evidence", a
 * column of a table "tasks.done". 0 where the rules use none. */
ex_id session_data(const assess *a, const char *name);
/* The node of an output, or of an array that was asked for by name; 0 where the array is not of
 * this session. */
ex_id session_node(const assess *a, const assess_array *output);
/* Until the end many single elements of these data are changed, and outputs computed after each:
 * where it can be, only what follows from the element is (expr/ripple.h). Nothing else than
 * changes, assess_recompute and the values of outputs and data may be asked for meanwhile. */
void session_follow(assess *a, const assess_array *const *data, size_t count);
/* All is computed by the run again, as far as anything was changed; the status of that. */
assess_status session_follow_end(assess *a);

/* The place of a message; what it does not have is NULL. */
static inline place session_place(const assess_message *m) {
    return (place){.file = *m->file ? m->file : NULL,
                   .line = m->line,
                   .column = m->column,
                   .field = *m->field ? m->field : NULL,
                   .excerpt = *m->excerpt ? m->excerpt : NULL};
}

/* ---- elements of arrays of results and data ---- */

/* The position of an element along the k-th axis of its array, and the label there. */
static inline size_t array_position(const assess_array *x, int k, size_t element) {
    return ax_along(element, x->stride[k], x->axis[k].size);
}
static inline const char *array_label(const assess *a, const assess_array *x, int k,
                                      size_t element) {
    return assess_label(a, &x->axis[k], array_position(x, k, element));
}
/* Which of an array's axes has a name, or an id; -1: none. */
static inline int array_axis(const assess_array *x, const char *name) {
    int k = x->axes - 1;
    while (k >= 0 && strcmp(x->axis[k].name, name) != 0) k--;
    return k;
}
static inline int array_axis_id(const assess_array *x, int id) {
    int k = x->axes - 1;
    while (k >= 0 && x->axis[k].id != id) k--;
    return k;
}
/* The position of a label on an axis, or SIZE_MAX. */
size_t axis_find(const assess *a, const assess_axis *axis, const char *label);

#endif
