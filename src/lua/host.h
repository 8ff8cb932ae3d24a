/* The host: one Lua state in a sandbox, and what its scripts build.
 *
 * A host owns the state, the string pool, the axes, the graph, its run and the texts of the rule
 * files. Scripts see only the environment that sandbox.c makes. Every call into Lua is protected
 * and counted against the budget; when that is used up, the state is dead and every further call
 * fails with FAULT_LIMIT. Functions that Lua calls report errors as Lua errors, all others as
 * `fault`s; C code holds no resource across a call that can raise. */
#ifndef LUA_HOST_H
#define LUA_HOST_H

#include <lua.h>
#include <signal.h>

#include "base/allowed.h"
#include "base/arena.h"
#include "base/fault.h"
#include "expr/graph.h"
#include "expr/run.h"
#include "expr/rows.h"
#include "rule/source.h"

typedef struct host_settings {
    double seconds; /* of script time; 0: no limit */
    size_t memory;  /* bytes of Lua memory; 0: no limit */
    size_t source;  /* bytes of a rule file at most */
    size_t values;  /* bytes of values at most in the run */
    size_t spare;   /* of these, what nothing reads any more: see ex_settings */
    int threads;
    const char *simd;
    const char *methods;       /* the installed folder that holds methods/, or NULL */
    const allowed_list *allow; /* where rules may read besides; or NULL */
    const volatile sig_atomic_t *stop;
    int remember;               /* what source_notes.h gives */
    struct ex_profile *profile; /* of the run: see ex_settings; or NULL */
    int plain; /* its scripts are no rules: their values are plain, and == compares them */
} host_settings;

enum { HOST_EDITIONS = 32 };

typedef struct host {
    lua_State *L;
    pool *strings;
    ax_space *space;
    ex_graph *graph;
    ex_run *run;
    sources *files; /* the rule files read, in order: file numbers of nodes index it */
    fault *notes;   /* where warnings go; set by the owner before calls */
    void *model;    /* the model under construction (src/lua/model.c); opaque here */
    host_settings settings;
    struct host_budget *budget;
    arena memory;           /* what must live as long as the graph: masks, functions of look-ups */
    struct host_kept *kept; /* what is to be released with the host, see host_keep */
    fault scratch;          /* see host_fault */
    /* the rule files run by host_run_file: the main one, then what it extends, and so on */
    int edition[HOST_EDITIONS];
    int editions;
    /* Where two editions are compared, or NULL: sets the values of edition 0 or 1, or (-1) of the
     * mix. Labels of groups are made while the script runs, so they are made of both editions. */
    int (*put_side)(void *self, int side, fault *f);
    void *side_self;
    /* a function is followed with symbols in place of numbers (symbolic.h); else NULL */
    struct symbolic_trace *tracing;
    int inside;               /* > 0 while a script's function is called by the evaluator (each) */
    struct host_noted *noted; /* see source_notes.h; or NULL */
    int printed;              /* lines that print has noted */
    int asking;               /* inside `optional`: an unknown name is nil, not an error */
} host;

host *host_open(const host_settings *s, fault *notes, fault *f);
void host_close(host *h);

/* The host of a state. */
static inline host *host_of(lua_State *L) { return *(host **)lua_getextraspace(L); }

/* Loads and runs a rule file, HOST_EDITIONS at most; its single result is left on the stack. 0 with
 * the fault (positions, excerpt, hint) filled and the stack as it was. Its folder is where it, and
 * the modules it requires, look for modules. A file that cannot be read is FAULT_USAGE. */
int host_run_file(host *h, const char *path, fault *f);
/* The same for a file that no line of the rules led to: a message about it names it. */
int host_run_first(host *h, const char *path, fault *f);
/* Was the file run by host_run_file? */
static inline int host_is_edition(const host *h, int file) {
    int i = 0;
    while (i < h->editions && h->edition[i] != file) i++;
    return i < h->editions;
}
/* lua_pcall for the host: `args` arguments and the function below them are on the stack. */
int host_call(host *h, int args, int results, fault *f);

/* ---- arrays as Lua values (array.c) ---- */

/* An array as scripts have it: a node, and the axis that its elements are labels of, if any. */
typedef struct host_array {
    ex_id node;
    const char *names; /* "group", or NULL; interned in the pool */
    void *data;        /* the keyed data it is, for `carried`; opaque; or NULL */
} host_array;

/* Pushes an array; names and data as above, mostly NULL. */
void host_push(lua_State *L, ex_id node, const char *names, void *data);
host_array *host_test(lua_State *L, int at); /* NULL if it is no array */
int host_is_missing(lua_State *L, int at);   /* the value `missing` of scripts? (literal.c) */
/* The node of the array at `at`; a number, truth, text or `missing` becomes a node without axes.
 * Raises for other values. */
ex_id host_node(lua_State *L, int at);
/* Raises the scratch fault if an operation made no node (0), else returns the node: host_check(L,
 * ex_binary(…, host_fault(L))). */
ex_id host_check(lua_State *L, ex_id made);
/* The scratch fault of the host, emptied: for functions that fill a fault, before host_raise. The
 * host owns it, so that nothing leaks when Lua unwinds the C stack. */
fault *host_fault(lua_State *L);
/* Where the script is: file number and line of the innermost Lua function. 0 where no Lua function
 * runs. */
int host_where(lua_State *L, int *file, long *line);
/* The same as a place, its column and excerpt found by `token` (NULL: its first character). */
place host_place(lua_State *L, const char *token);
/* Sets the graph's position to the script's current line; call before building nodes. */
void host_mark(lua_State *L);
/* Raises the fault as a Lua error; items without a position get the script's current line. Never
 * returns. */
int host_raise(lua_State *L, fault *f);
int host_no_memory(lua_State *L); /* raises that there is no memory */
/* Raises an error with a hint (or NULL) at the current line; the caret goes under `token` if the
 * line has it, or (NULL) under the first word that the message quotes. Never returns. */
int host_error(lua_State *L, const char *token, const char *hint, const char *format, ...)
    FAULT_FORMAT(4, 5);
/* Pushes "did you mean 'best'?"; NULL, and nothing pushed, where best is NULL. */
const char *host_hint(lua_State *L, const char *best);
/* An axis given by name at `at`; raises with a did-you-mean where there is none. */
int host_axis(lua_State *L, int at);
/* Checks the table of options at `at` (nil: no options): raises, with a did-you-mean, for a key
 * that is not in the list, which ends with NULL. Other values than a table raise too. */
void host_check_keys(lua_State *L, int at, const char *const *known);

/* Pushes a field of the table at `at`, without metamethods; its type. */
static inline int host_field(lua_State *L, int at, const char *key) {
    at = lua_absindex(L, at);
    lua_pushstring(L, key);
    return lua_rawget(L, at);
}
/* MEM_RESERVE (base/mem.h) for an array in an arena that may have to hold one element more. What
 * was there before stays behind, unused, in the arena. */
#define ARENA_RESERVE(memory, array, count, cap)                                                   \
    ((count) < (cap) || arena_reserve((memory), &(array), sizeof *(array), (count), &(cap)))
int arena_reserve(arena *memory, void *array, size_t size, size_t count, size_t *cap);
/* Hands `what` to the host, which calls release(what) when it is closed (after the graph). 0
 * without memory. */
int host_keep(host *h, void *what, void (*release)(void *what));
/* Makes reading an unknown text key of the table at `at` an error with a did-you-mean ("a.data has
 * no 'obseved'"); a table that has a metatable stays as it is. */
void host_strict(lua_State *L, int at, const char *what);

/* x:carried "status": pushes the text array of a carried column of the keyed data that `data` (from
 * host_push) is; raises with a did-you-mean where it has none of that name. tables.c. */
void host_carried(lua_State *L, void *data, const char *column);

/* ---- the environment of scripts, for code that adds functions to it (this directory, and the
 * runner of rule tests in src/testing/) ---- */

/* Pushes it as scripts see it: read-only; undefined names raise. */
void sandbox_push(lua_State *L);
/* Pushes the table behind that view. */
void sandbox_own(lua_State *L);
/* Replaces the table on top by a read-only view of it. */
void sandbox_freeze(lua_State *L, const char *name);

/* The line of the main rule file, or of one that it extends, in the running call; else that of the
 * innermost file. 0 where none runs. */
int where_main(lua_State *L, int *file, long *line);

/* ---- options.c: options in the table at `at`, which may be nil. Numbers, truths and words may
 * also be given by a parameter; all raise for a value of another kind. ---- */
/* Pushes the option; 0 and nothing where it is not given. */
int option_push(lua_State *L, int at, const char *key);
/* The index of the option's text in the words; 0 where it is not given. */
int option_word(lua_State *L, int at, const char *key, const char *const *words);
double option_number(lua_State *L, int at, const char *key, double otherwise);
int option_truth(lua_State *L, int at, const char *key, int otherwise);
/* A text that is not empty; lent by the table of options. */
const char *option_name(lua_State *L, int at, const char *key, const char *otherwise,
                        const char *example);

#endif
