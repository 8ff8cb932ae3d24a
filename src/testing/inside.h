/* What the files of src/testing share about the runner of test files (testing.h).
 *
 * Everything of a test runs inside a protected call of the file's host, so it may raise. The memory
 * that C code needs there is taken from the arenas of the test_run, never from the heap: `memory`
 * lives as long as the test_run, `scratch` until the test ends, the request's until the next
 * request.
 */
#ifndef TESTING_INSIDE_H
#define TESTING_INSIDE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/suggest.h"
#include "expr/trace.h"
#include "lua/host.h"
#include "session/session.h"
#include "testing/testing.h"

/* A session that was asked for, with what it gave. */
typedef struct computed {
    const char *key;
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

/* Data in place of what the rules name: rows, or the text of a CSV file, or a path. */
typedef struct given {
    const char *name;
    const char *path, *text; /* text: labelled `path` */
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
    const char *label; /* of data that has no file: "x_test.lua:12" */
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
    int ref;          /* in the registry: the function, or the table */
    const char *data; /* what cases are rows of, once that is known */
    uint64_t number;  /* of its random draws: from its place and name */
} declared_test;

/* An element that a test looked at. */
typedef struct look {
    computed *c;
    const assess_array *x;
    size_t element;
} look;
enum { LOOKS = 16, VERSIONS = 3 };

/* A golden file, read once. */
typedef struct golden_file golden_file;

struct test_run {
    testing_settings settings;
    arena memory, scratch, once; /* once: until the next draw of a property */
    struct pattern *only;
    script_file **file;
    size_t files, file_cap;
    declared_test **item;
    size_t items, item_cap;
    computed **made;
    size_t mades, made_cap;
    const char **read;
    size_t reads, read_cap;
    request ask;
    computed *version[VERSIONS]; /* sessions of other data, until their place is used again */

    void (*ready)(void *self, assess *session);
    void *ready_self;
    testing_look *looked;
    void *looked_self;
    testing_golden golden;
    testing_review review;
    int accept_all, quit;
    golden_file *goldens;

    /* of the test that runs */
    const testing_listener *listener;
    declared_test *now;
    int first_only, over; /* stop at the first failure; it came */
    size_t checks, failed;
    const char *note;
    size_t case_number; /* that is looked at, and its line; 0: none */
    long case_line;
    look look[LOOKS];
    size_t looks, looks_told; /* in all, and when the last check was told */
};

void goldens_close(golden_file *g); /* NULL is let through */

/* ---- test_run.c ---- */

void testing_set_script(lua_State *L, script_file *s);
script_file *testing_script(lua_State *L); /* the test file of a state */
test_run *testing_of(lua_State *L);
/* Memory that raises where there is none. */
void *testing_take(lua_State *L, arena *a, size_t bytes);
const char *testing_print(lua_State *L, arena *a, const char *format, ...) FAULT_FORMAT(3, 4);
int testing_no_memory(lua_State *L); /* raises "out of memory" */
/* "did you mean 'best'?" in the scratch memory; NULL where `best` is NULL. */
const char *testing_hint(lua_State *L, const char *best);
/* Counts a check and passes it to the listener. Texts that are NULL become "". */
void testing_tell(test_run *t, testing_check *c);
/* What files of the test that runs are called: "2011-published-ranking" in 2011_test.lua; in the
 * scratch memory. */
const char *testing_stem(lua_State *L);
int testing_note_file(test_run *t, const char *path); /* for testing_files */
/* One more pointer at the end of a list. 0 without memory. */
int testing_push(void *list, size_t *count, size_t *cap, void *what);
extern const char missing_value; /* its address, as light userdata, is `missing` */

/* request.c: fills the request of the test_run from Lua values. `data` may be nil or none, so may
 * `options`: a table with set, where, strict among other keys. Raises what cannot be. */
void request_read(lua_State *L, const char *rules, int data, int options);

/* request.c: sessions. */
/* What the request asks for: computed before, or now. Raises only without memory. */
computed *session_of(lua_State *L);
/* The same; what failed raises all its messages. */
computed *session_fine(lua_State *L);
/* Computes a session of the request that is not kept: the caller frees it. */
assess *request_compute(test_run *t, assess_status *status);

/* result.c */
typedef struct extract {
    computed *c;
    const assess_array *x;
    size_t at[ASSESS_AXES]; /* SIZE_MAX: any */
} extract;
void result_open(lua_State *L); /* the metatables */
void result_push(lua_State *L, computed *c);
computed *result_test(lua_State *L, int at); /* or NULL */
extract *extract_test(lua_State *L, int at); /* or NULL */
/* Pushes an array of a result by name; raises with a did-you-mean. */
extract *extract_push(lua_State *L, computed *c, const char *name);
/* Narrows the part on top of the stack by the table at `at`, in place. */
void extract_narrow(lua_State *L, extract *p, int at);
size_t extract_size(const extract *p);
/* Goes over its elements: *element from SIZE_MAX; position[] is filled. 0 after the last. */
int extract_next(const extract *p, size_t position[ASSESS_AXES], size_t *element);
/* Pushes an element as a Lua value and notes that it was looked at. */
void extract_value(lua_State *L, computed *c, const assess_array *x, size_t element);
/* Where an element stands, "X, A1", and a value as text, "" for a missing one; in an arena. */
const char *extract_place(lua_State *L, arena *m, const assess *a, const assess_array *x,
                          size_t element);
const char *value_text(lua_State *L, arena *m, const assess *a, const assess_array *x,
                       double value);
void looked_at(test_run *t, computed *c, const assess_array *x, size_t element);

/* check.c */
void check_open(lua_State *L); /* makes the table t, and pushes it */
void check_push(lua_State *L); /* pushes it */
/* Tells a check; file, line, output, at, formula are filled where they are NULL. */
void check_tell(lua_State *L, testing_check *c, const look *at);
/* Compares the value at `got` (a plain one, or a part with one element) with that at `want`. */
int check_value(lua_State *L, int got, int want, double tolerance, int exact, const char *name);
/* What the request asks for must fail, and a message say this. */
int check_fails(lua_State *L, const char *text, const char *name);

/* cases.c, golden.c, property.c: run a test; the table is on top of the stack */
int cases_run(lua_State *L);
int golden_run(lua_State *L);
int property_run(lua_State *L);
void property_open(lua_State *L);  /* monotone … into the table on top */
void sessions_forget(test_run *t); /* property.c: the sessions of other data */

/* ---- coverage.c: the operations and leaves of a session's formulas, as tests of rules see them
 * ----
 *
 * An operation is one that some output is computed by. What the named functions of the language
 * (mean, upto, skewness …) are made of inside is `inner`: the rules never said it. What is made of
 * literals and labels alone is `fixed`: no leaf and no datum changes it. */

enum { FORMULA_USED = 1, FORMULA_INNER = 2, FORMULA_FIXED = 4, FORMULA_NAMED = 8 };

/* What is known of each node, by its number: NULL without memory. Of a mean or another named
 * function the last node has FORMULA_NAMED. The caller frees it. */
unsigned char *formulas_of(const assess *a);
const char *formula_file(const assess *a, ex_id n); /* "" where it has no line */

/* The leaves with a reached element in some array, by number: a byte each. A group's weight that is
 * the sum of others leads to those. NULL without memory. */
unsigned char *leaves_reached(const assess *a, const ex_trace *t);
/* A trace of everything that results may depend on, whatever the leaves and data are. */
ex_trace *trace_all(const assess *a, fault *f);

#endif
