/* What the files of src/testing share; other rooms use testing.h.
 *
 * Everything a test does runs inside a protected call of the Lua state of its file, so it may
 * raise. C code there takes memory from the arenas of the test_run, never from the heap: `memory`
 * lives as long as the test_run, `scratch` until the test ends, `once` until the next draw of a
 * property, that of the request until the next request. */
#ifndef TESTING_INSIDE_H
#define TESTING_INSIDE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "expr/trace.h"
#include "lua/host.h"
#include "session/session.h"
#include "testing/testing.h"

/* A session that a test asked for, and how it ended. */
typedef struct computed {
    const char *key; /* what was asked for; empty for a session that is not kept */
    size_t key_length;
    const char *rules;
    assess *session;
    assess_status status;
} computed;

/* ---- request.c: what a test wants computed ---- */

typedef struct given_cell {
    const char *column, *text;
    size_t length;
} given_cell;

typedef struct given_row {
    given_cell *cell; /* ordered by column */
    size_t cells;
} given_row;

/* Data in place of the rules' own: rows, or the text of a CSV file, or a path. */
typedef struct given {
    const char *name;
    const char *path, *text; /* with text, `path` is its label */
    size_t length;
    given_row *row;
    size_t rows;
} given;

typedef struct given_pair {
    const char *name, *value;
} given_pair;

typedef struct request {
    arena memory;
    const char *rules;
    const char *label; /* names data that has no file: "x_test.lua:12" */
    given *data;
    size_t datas;
    given_pair *set;
    size_t sets;
    given_pair where;
    int strict;
} request;

/* A test file. */
typedef struct script_file {
    test_run *t;
    const char *path, *folder;
    host *h;
    fault notes;
} script_file;

typedef struct declared_test {
    testing_test test;
    script_file *file;
    int ref;          /* in the Lua registry: the function, or the table */
    const char *data; /* of cases: the data that they are rows of, once it is known */
    uint64_t number;  /* a hash of the name, for random draws */
} declared_test;

/* An element that a test read. */
typedef struct look {
    computed *c;
    const assess_array *x;
    size_t element;
} look;
enum { LOOKS = 16, VERSIONS = 3 };

typedef struct golden_file golden_file; /* a golden file is read once */

struct test_run {
    testing_settings settings;
    arena memory, scratch, once;
    struct pattern *only;
    script_file **file;
    size_t files, file_cap;
    declared_test **item;
    size_t items, item_cap;
    computed **made;
    size_t mades, made_cap;
    const char **read; /* paths of files that were read */
    size_t reads, read_cap;
    request ask;
    computed *version[VERSIONS]; /* sessions of other data, until their slot is used again */

    void (*ready)(void *self, assess *session);
    void *ready_self;
    testing_look *looked;
    void *looked_self;
    testing_golden golden;
    testing_review review;
    int accept_all, quit;
    golden_file *goldens;

    /* the test that runs */
    const testing_listener *listener;
    declared_test *now;
    int first_only, over; /* stop at the first failure; there was one */
    size_t checks, failed;
    const char *note;
    size_t case_number; /* the case and its line; 0: none */
    long case_line;
    look look[LOOKS];         /* the last elements that were read, as a ring */
    size_t looks, looks_told; /* how many in all; how many at the last check */
};

void goldens_close(golden_file *g); /* NULL is let through */

/* ---- test_run.c ---- */

void testing_set_script(lua_State *L, script_file *s);
script_file *testing_script(lua_State *L); /* the test file of a Lua state */
test_run *testing_of(lua_State *L);
/* Memory, a text, the text of a buffer (which is released): never NULL, they raise instead. */
void *testing_take(lua_State *L, arena *a, size_t bytes); /* cleared */
const char *testing_print(lua_State *L, arena *a, const char *format, ...) FAULT_FORMAT(3, 4);
const char *testing_keep(lua_State *L, arena *a, buf *b);
/* A list with one more text at its end; the first is added to "". */
const char *testing_list(lua_State *L, arena *a, const char *list, const char *separator,
                         const char *more);
int testing_no_memory(lua_State *L); /* raises "out of memory" */
/* "did you mean 'best'?" in the scratch memory; NULL where `best` is NULL. */
const char *testing_hint(lua_State *L, const char *best);
/* Counts a check and passes it to the listener. Texts that are NULL become "". */
void testing_tell(test_run *t, testing_check *c);
/* Computes a session again after changes. One that fails stays usable: its messages are dropped. */
int testing_recompute(assess *a);
/* The name of the running test's files: "2011-published-ranking" in 2011_test.lua. */
const char *testing_stem(lua_State *L);
int testing_note_file(test_run *t, const char *path); /* for testing_files; 0 without memory */
/* Appends a pointer to a list. 0 without memory. */
int testing_push(void *list, size_t *count, size_t *cap, void *what);
extern const char missing_value; /* its address, as light userdata, is `missing` */

/* ---- request.c ---- */

/* Fills the request of the test_run from Lua values. `data` and `options` are stack indexes, 0 or
 * nil for none. Options are a table with set, where, strict; other keys are ignored. Raises what is
 * not valid. */
void request_read(lua_State *L, const char *rules, int data, int options);
/* The session of the request, computed now or before. */
computed *session_of(lua_State *L);
/* The same; if it failed, all its messages are raised. */
computed *session_fine(lua_State *L);
/* Adds what a session says that came to no end. */
void computed_tell(const computed *c, fault *f);
/* Computes a session that is not kept; the caller frees it. NULL without memory. */
assess *request_compute(test_run *t, assess_status *status);
/* Where a session finds methods, and where its rules may read. */
void testing_allow(assess *a, const testing_settings *s);

/* ---- result.c ---- */

/* A part of an array: on each axis one position, or SIZE_MAX for all. */
typedef struct extract {
    computed *c;
    const assess_array *x;
    size_t at[ASSESS_AXES];
} extract;
void result_open(lua_State *L); /* makes the metatables */
void result_push(lua_State *L, computed *c);
computed *result_test(lua_State *L, int at); /* NULL for other values */
extract *extract_test(lua_State *L, int at); /* NULL for other values */
/* Pushes an array of a result; raises with a did-you-mean where there is none of that name. */
extract *extract_push(lua_State *L, computed *c, const char *name);
extract extract_all(computed *c, const assess_array *x);
/* Narrows a part: along an axis to the label at `at` of the stack, or by a table of axis = label.
 * Raises with a did-you-mean. */
void extract_choose(lua_State *L, extract *p, const char *axis, int at);
void extract_narrow(lua_State *L, extract *p, int at);
size_t extract_size(const extract *p); /* elements */
/* The element after *element (SIZE_MAX: the first one); 0 after the last. */
int extract_next(const extract *p, size_t *element);
int extract_single(const extract *p, size_t *element); /* 1 where the part has one element */
/* Pushes an element as a Lua value and notes that it was read. */
void extract_value(lua_State *L, computed *c, const assess_array *x, size_t element);
/* The labels of an element, "X, A1"; and a value as text, "" for a missing one. In an arena. */
const char *extract_place(lua_State *L, arena *m, const assess *a, const assess_array *x,
                          size_t element);
const char *value_text(lua_State *L, arena *m, const assess *a, const assess_array *x,
                       double value);
void looked_at(test_run *t, computed *c, const assess_array *x, size_t element);

/* ---- check.c ---- */

void check_open(lua_State *L); /* makes the table t and pushes it */
void check_push(lua_State *L); /* pushes it */
/* Reports a check. `at`: the element that was looked at, or NULL; then the members that it would
 * fill are left as they are. Raises to end the test where it is to stop at the first failure. */
void check_tell(lua_State *L, testing_check *c, const look *at);
/* Compares the value at `got` (a plain one, or a part) with that at `want`; `tolerance` NaN: the
 * default one; `exact`: numbers must be equal to 15 digits. Returns whether they agree. */
int check_value(lua_State *L, int got, int want, double tolerance, int exact, const char *name);
/* The request must fail with a message that contains the text. Returns whether it does. */
int check_fails(lua_State *L, const char *text, const char *name);

/* ---- the kinds of tests; each runs the table on top of the stack ---- */

int cases_run(lua_State *L);
int golden_run(lua_State *L);
int property_run(lua_State *L);
void property_open(lua_State *L);  /* adds monotone and so on to the table on top */
void sessions_forget(test_run *t); /* property.c: frees the sessions of other data */

/* ---- coverage.c: the formulas and leaves of a session as tests of rules see them ---- */

/* Marks of a node: an output is computed from it; it is inside a named function of the language
 * (mean, upto, skewness …), not written in the rules; it is made of literals and labels alone, so
 * that neither leaves nor data change it; it is the last node of a named function. */
enum { FORMULA_USED = 1, FORMULA_INNER = 2, FORMULA_FIXED = 4, FORMULA_NAMED = 8 };

/* The marks of each node, by number; NULL without memory. The caller frees it. */
unsigned char *formulas_of(const assess *a);
const char *formula_file(const assess *a, ex_id n); /* "" where the node has no line */

/* By leaf: did the trace reach an element of it? For the weight of a group that is a sum, the
 * weights it is the sum of count. NULL without memory; the caller frees it. */
unsigned char *leaves_reached(const assess *a, const ex_trace *t);
/* A trace of all that outputs may depend on, whatever leaves and data are. NULL with the fault. */
ex_trace *trace_all(const assess *a, fault *f);

#endif
