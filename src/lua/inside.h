/* Functions that the files of this directory share.
 *
 * Errors travel through Lua as a userdata that holds a `fault`; Lua's own errors are texts that
 * begin with "#FILE:LINE: ", because each chunk is named by its number in the list of sources.
 * `raise_caught`, the message handler of every protected call, makes a fault of such a text while
 * the stack still shows where it was raised. */
#ifndef LUA_INSIDE_H
#define LUA_INSIDE_H

#include <lauxlib.h>
#include <lua.h>

#include "base/buf.h"
#include "base/suggest.h"
#include "lua/host.h"
#include "rule/model.h"

/* ---- raise.c ---- */
void raise_open(lua_State *L);           /* the metatable of error values */
int raise_caught(lua_State *L);          /* a message handler */
fault *raise_test(lua_State *L, int at); /* the fault in an error value, or NULL */
void raise_text(lua_State *L, int at); /* pushes "file:line: message" for a script that caught it */
/* Pushes the message that a script gives at `at`; 0 and nothing where it is none. A message is a
 * text, or a list { format, value … } that is filled as string.format does, where a value may be a
 * list of messages. Texts and formats of the methods that come with the program are looked up in
 * the catalogue (base/text.h); scripts/texts finds them. */
int raise_message(lua_State *L, int at);
/* host_error at a level of the stack (1: the function that called the running one). */
int raise_at(lua_State *L, int level, const char *token, const char *hint, const char *text);

/* Where the script stands: the line of the innermost Lua function of a rule file; file -1 where
 * none runs. */
md_at where_now(lua_State *L);
/* The line as a place, its column that of the token (NULL: its first character). */
place where_place(const host *h, md_at at, const char *token);
/* Where a method runs, the line of the rule file that called it, as a place, and the method's own
 * file and line; else the current line, and *method is -1. */
place where_caller(lua_State *L, int *method, long *method_line);

/* ---- hints.c: what Lua's own messages mean for an analyst ---- */
/* For a message of Lua, without its position: the token to point at, a better text and a hint; each
 * may stay empty. */
typedef struct explained {
    char token[80];
    buf text, advice;
    size_t at; /* a byte of the source to point at instead of the token; SIZE_MAX: none */
} explained;
void hint_find(sources *files, int file, long line, const char *message, explained *out);

/* ---- lint.c ---- */
/* Looks for mistakes that Lua accepts: `==` and `~=` between an array and a constant, and `if`,
 * `and`, `or`, `not` on an array. 0 with all of them listed as faults. */
int lint_check(sources *files, int file, fault *f);
/* Tries the names that a file declares (locals, parameters, functions) as near words; the best one
 * is copied into `best`, which stays as it was where none is nearer. */
void lint_names(const sources *files, int file, suggestion *near, char best[64]);

/* ---- host.c ---- */
/* The pool number of a text; a new one is charged to the budget. 0 without memory. */
uint32_t host_text(host *h, const char *text, size_t length);
/* Cleared memory in the arena of the host; raises where there is none. */
void *host_zero(lua_State *L, size_t count, size_t size);
/* The userdata at `at` if its metatable is the one that the registry has under the address `key`;
 * else NULL. */
void *host_userdata(lua_State *L, int at, const void *key);
/* Makes that metatable of the fields; scripts cannot get at it. */
void host_metatable(lua_State *L, const char *name, const luaL_Reg *fields, const void *key);
/* Pushes a table that the registry has under the address `key`, made when first asked for. */
void registry_table(lua_State *L, const void *key);
/* The position on an axis of a label, given by its pool number, or -1. Where the axis has numbers,
 * the same number written otherwise will do. */
long label_position(const host *h, int axis, uint32_t label);
/* Has all rows of an axis in memory, if it is one whose rows are not; raises where they cannot be.
 */
void host_rows(lua_State *L, int axis);
/* Calls function(L) protected, with `data` as its light userdata; 0 with the fault. */
int host_protect(host *h, lua_CFunction function, const void *data, fault *f);
/* host_open, with the function that makes the environment. */
host *host_make(const host_settings *s, fault *notes, lua_CFunction furnish, fault *f);

/* ---- library.c, script_tables.c, require.c ---- */
/* The table on top becomes the environment of scripts; `refuse` answers assignments to it. */
void sandbox_keep(lua_State *L, lua_CFunction refuse);
/* The text key of the table at `at` that is nearest; lent by the table. */
const char *table_nearest(lua_State *L, int at, suggestion *near);
/* Copies all fields of one table into another, without metamethods. */
void table_copy(lua_State *L, int from, int to);
/* Sorts the list of n values in the table at `at`, stably. `less` says whether the value at -2
 * comes before that at -1, and leaves the stack as it was. The list changes only at the end. */
void walk_sort(lua_State *L, int at, lua_Integer n, int (*less)(lua_State *L));
int walk_pairs(lua_State *L); /* the functions pairs, next, ipairs */
int walk_next(lua_State *L);
int walk_ipairs(lua_State *L);
extern const lua_CFunction walk_functions[]; /* these and their steps; ended by NULL */
int require_module(lua_State *L);            /* the function `require` */
/* The module of a folder whose name is nearest, in Lua's memory, pushed; NULL, and nothing pushed,
 * where none is near. */
const char *source_nearest(lua_State *L, const char *folder, const char *name);

/* ---- array.c ---- */
/* Registers a function under a name in the environment table at `env` and as a method of arrays;
 * one upvalue is on top of the stack and is taken off. env 0: a method only. */
void array_define(lua_State *L, int env, const char *name, lua_CFunction function);
/* The same for functions without an upvalue: a list ended by NULL. */
void array_define_all(lua_State *L, int env, const luaL_Reg *functions);
/* host_node, and what errors call the value. */
ex_id host_node_called(lua_State *L, int at, const char *what);
/* Raises where a function is given more than `most` arguments; then there are as many. */
void array_arguments(lua_State *L, int most, const char *name, const char *example);
/* Pushes the node that an operation made, or (0) raises its fault; returns 1, for C functions of
 * Lua to return. */
int array_return(lua_State *L, ex_id made);
/* The node of given values; raises. */
ex_id values_node(lua_State *L, const ex_values *v);
ex_kind array_kind(lua_State *L, ex_id node);
ax_set array_axes(lua_State *L, ex_id node);
/* The axis that the elements of a node are labels of, as its maker said, or as follows from the
 * operands that the elements come from. NULL if they are no labels, or of several axes. */
const char *array_names(lua_State *L, ex_id node);
const char *array_shape(lua_State *L, ex_id node); /* "unit × stage"; pushed as a string, lent */
/* The axis of `node` that is named at `at`, for the function `what`. */
int array_axis(lua_State *L, int at, ex_id node, const char *what);
const double *array_values(lua_State *L, ex_id node); /* computed now; raises */
void array_alone(lua_State *L); /* raises inside a function called by `each` */
/* Groups of an axis (by = map), reduce.c. The axis `to` of the groups replaces it. If the map is
 * over that axis alone, `by` holds positions on `to`; else `mask` is a truth over the axes of the
 * map and `to`: the element belongs to the group. The other of the two is 0. */
typedef struct grouping {
    ex_id by, mask;
    int to;
} grouping;
grouping group_by(lua_State *L, int options, int axis); /* options has a `by` */
/* If the options at `options` have `within = map`, replaces them there by a copy that has `by =
 * map` instead, and returns 1. The result of an element is then that of its group: group_spread
 * adds the groups' axis to x, with only a group's own elements at its label; group_gather gives
 * each element the result of its group. */
int group_within(lua_State *L, int options);
ex_id group_spread(lua_State *L, const grouping *g, ex_id x);
ex_id group_gather(lua_State *L, int options, const grouping *g, ex_id made);

/* ---- text.c ---- */
struct pattern;
/* An array of texts; raises for others. */
ex_id text_array(lua_State *L, int at, const char *name);
/* Moves faults without a position to `f`, placed on a rule's line. Returns 0. */
int text_fault(host *h, md_at at, const char *name, fault *from, fault *f);

/* ---- host.c: what the host remembers (source_notes.h); without that setting these do nothing ----
 */
void note_mark(lua_State *L);          /* the next node is made by the current line */
void note_root(lua_State *L, ex_id n); /* it is used, though perhaps by no output */
void noted_pattern(lua_State *L, const char *what, const void *self, md_at at, struct pattern *p);
struct noted_text;
struct noted_text *noted_rubric(lua_State *L, const void *self, md_at at, int levels);

/* ---- csv_layout.c: the options of csv(…) for files as they are found ---- */
struct ds_spec;
extern const char *const csv_layout_options[];
void csv_read_layout(lua_State *L, struct ds_spec *spec); /* the options stand at 2 */
void csv_read_measures(lua_State *L, struct ds_spec *spec);
/* The texts by name in the table at `table`: name and text in turn, lent by the table, the list in
 * memory of the script. Raises the message `wrong`, about the option `key`, where it holds others.
 */
const char **csv_pairs(lua_State *L, int table, const char *key, const char *hint,
                       const char *wrong, size_t *count);
/* A hint for an option that another program has; NULL where it is none. */
const char *csv_foreign_option(const char *key);

/* ---- options.c ---- */
/* Pushes the plain value of a parameter at `at`, where an array of one element stands there, nil
 * where that is missing; else the value itself. Raises what has axes or comes from data. */
int plain_push(lua_State *L, int at, const char *what);

/* ---- each adds its functions to the environment table on top ---- */
void library_open(lua_State *L);
void array_open(lua_State *L);
void missing_open(lua_State *L); /* array.c; after functions_open */
void select_open(lua_State *L);
void algebra_open(lua_State *L);
/* Kendall's tau-b along an axis that both arrays have; raises. algebra.c */
ex_id algebra_kendall(lua_State *L, ex_id x, ex_id y, int axis);
void minimise_open(lua_State *L);
void options_open(lua_State *L);
void warn_open(lua_State *L);
void functions_open(lua_State *L);
void reduce_open(lua_State *L);
void literal_open(lua_State *L);
void text_open(lua_State *L);
void each_open(lua_State *L);
void parts_open(lua_State *L); /* script.c: assessment, index, group, indicator, set, figure … */
void extend_open(lua_State *L);
void tables_open(lua_State *L);
void tree_open(lua_State *L);

#endif
