/* A rule script: what its assessment { … } declares, and its formulas.
 *
 * The script runs once. Constructors only remember what they were given and where they were called;
 * script_read then takes the tables apart into the model, so that all that is wrong is told at
 * once. Later script_compute hands the model and the data to the script's `compute` as arrays, and
 * keeps the nodes it returns. */
#ifndef LUA_SCRIPT_H
#define LUA_SCRIPT_H

#include "lua/host.h"
#include "rule/dataset.h"
#include "rule/model.h"
#include "rule/uncertain.h"

typedef struct script_output {
    const char *name;
    ex_id node;
} script_output;

typedef struct script_fact {
    const char *name, *text; /* "title", "show.score", "title.built" */
    md_at at;
} script_fact;

/* A leaf that was read and is not yet in the model: what an overlay's set { } gives. */
typedef struct script_leaf {
    const char *address, *name;
    int stage;
    md_value value;
    md_at at;
} script_leaf;

typedef struct script {
    host *h;
    arena memory;
    model m;
    datasets data;
    uncertain_list uncertain; /* what may be otherwise */
    fault *f;                 /* where what is being read notes faults */
    script_fact *fact;
    size_t facts, fact_cap;
    const char *const *attribute; /* further keys of indicators that the script declares */
    size_t attributes;
    const char **column; /* the same, from the columns of index_from_csv */
    size_t columns;
    const char *const *order; /* names of outputs, as the script orders them */
    size_t orders;
    md_at order_at;
    const char *const *level; /* names of the levels; NULL: the default ones */
    size_t levels;
    md_at index_at; /* where they or the index are given */
    int broken;     /* the tree was read with faults: there is nothing to close */
    int first;      /* of the host's editions, the first of this script: its main file */
    int compute;    /* references in the registry */
    md_at compute_at;
    int functions; /* those that leaves are, by address */
    int methods;
    int taking; /* leaves that are read go to `taken`, not into the model */
    script_leaf *taken;
    size_t takens, taken_cap;
    script_output *output;
    size_t outputs;
    size_t read; /* values and elements read so far */
    /* told before the rules are read: elements that they are read without, and pairs of an address
     * and a value, of which those of methods are taken here */
    const char *const *without, *const *set;
    size_t withouts, sets;
    ax_space *own_space; /* of one of two editions: axes of its own; else NULL */
} script;

/* Prepares a host for a rule file; the host knows the script from then on. NULL without memory. */
script *script_open(host *h, fault *notes, fault *f);
void script_close(script *s); /* before the host is closed */

/* Runs the rule file, and those it extends, and reads its assessment: model, leaves and axes of
 * stages and levels. */
int script_read(script *s, const char *path, fault *f);
/* The arrays of the model are made and the data is loaded: calls `compute`. */
int script_compute(script *s, fault *f);

/* After compute: are the outputs and axes there that `show`, `titles` and `statement` name? Faults
 * with a did-you-mean, all at once (model.c). */
int script_check_shown(script *s, fault *f);

const char *script_fact_of(const script *s, const char *name); /* "" where absent */

/* ---- between script.c, model.c, tree.c, extend.c, overlay.c, table_reader.c, compute_call.c and
 * tables.c ---- */

/* Is it among the further attributes that the script declares? */
int script_declares(const script *s, const char *attribute);
script *script_of(lua_State *L); /* raises where the host has none */

/* table_reader.c: Lua tables, taken apart without calling into the script. Positions are those of
 * keys. */
md_at key_at(script *s, md_at at, const char *first, const char *const *path, size_t depth);
/* The text keys of the table at `at`, in the order of their lines (then by name); the list is
 * pushed. */
const char **read_keys(lua_State *L, script *s, int at, md_at where, const char *first,
                       const char *const *path, size_t depth, size_t *count);
/* The text in the field of the table at `at`, copied; NULL where it is absent, or is no text (a
 * fault). */
const char *read_text(lua_State *L, script *s, int at, const char *key, const char *what,
                      md_at where, const char *first);
/* A list of texts in the field, copied; NULL where it is absent. A single text is a list of one. */
const char *const *read_texts(lua_State *L, script *s, int at, const char *key, const char *what,
                              md_at where, const char *first, size_t *count);
/* Notes a fault for each key of the table at `at` that is not known, with a did-you-mean. */
void read_unknown(lua_State *L, script *s, int at, const char *what, md_at where, const char *first,
                  const char *const *path, size_t depth, const char *const *known,
                  const char *const *more, size_t mores);
/* A number, truth, text, date or (where `method` lets it) function at the top of the stack as the
 * value of a leaf. 0 for other values, without a fault. */
int read_value(lua_State *L, script *s, int method, md_value *out);

/* Remembers a text that reports ask for by name; prefix and name make its name. One of that name
 * gives way. */
void script_add_fact(script *s, const char *prefix, const char *name, const char *text, md_at at);
/* Forgets the facts whose names begin so. */
void script_drop_facts(script *s, const char *beginning);
md_at script_fact_at(const script *s, const char *name); /* or that of the assessment */

/* script.c: what constructors return. */
typedef enum part_kind {
    PART_ASSESSMENT,
    PART_INDEX,
    PART_GROUP,
    PART_INDICATOR,
    PART_EXTEND,
    PART_SET,
    PART_REMOVE,
    PART_ADD,
    PARTS
} part_kind;
typedef struct part {
    part_kind kind;
    md_at at;
} part;
part *part_test(lua_State *L, int at); /* NULL if it is none; its table is its user value 1 */
const char *part_word(part_kind kind); /* its constructor */
void part_push(lua_State *L, part_kind kind, md_at at); /* takes its table off the stack */

/* model.c: what an assessment and an overlay say alike, of the table at 1. Protected with the part
 * at 1 and the script at 2; the faults are noted in the script. */
int read_assessment(lua_State *L);
void read_alike(lua_State *L, script *s);
void read_stages_of(lua_State *L, script *s,
                    int (*take)(model *m, const md_stage *stage, fault *f));

/* uncertain.c: the list `uncertain` of the table at 1. */
void read_uncertain(lua_State *L, script *s);

/* Does a line stand in an older edition than the compute that holds? Outputs that it names may be
 * gone. */
int script_outgrown(const script *s, md_at at);
/* overlay.c: applies set, remove and add of the table at 1; `cite` is that of the edition, or NULL.
 */
void overlay_read(lua_State *L, script *s, const char *cite);

/* tree.c */
extern const char *const indicator_keys[], *const group_keys[], *const root_keys[];
/* The element at `at`, inside `parent` (-1: it is the index). What gives no citation of its own
 * gets `cite`, or (NULL) that of the element around it. */
void read_element(lua_State *L, script *s, int at, int parent, const char *cite);
/* All elements are read: methods[attribute] = { { method = f, ids = { … } }, … }, in their order.
 */
void gather_methods(lua_State *L, script *s);
/* Adds an indicator to those of the function at the top of the stack, which is taken off, in the
 * list at `list` of the methods of one attribute. */
void note_method(lua_State *L, int list, const char *id);
/* The function on top of the stack is the leaf at that address. */
void keep_function(lua_State *L, script *s, const char *address);
/* settings.c: what is left out, and other methods. Protected; before the tree is closed. */
void settings_apply(lua_State *L, script *s);
/* A leaf and those below it, of an element or (-1) a parameter: the value at the top of the stack.
 */
void read_leaf(lua_State *L, script *s, int owner, const char *first, md_at base,
               const char *const *path, size_t depth, const char *name, const char *address,
               int stage);

/* compute_call.c: pushes what `compute` is called with. */
void argument_push(lua_State *L, script *s);

/* tables.c */
dataset *csv_test(lua_State *L, int at);              /* what csv() returned; or NULL */
void keyed_push(lua_State *L, script *s, dataset *d); /* the array of keyed data */
void table_push(lua_State *L, dataset *d);            /* a table without keys */
const char *path_beside(lua_State *L, script *s, const char *path,
                        md_at at); /* beside the rule file at `at`; pushed */

#endif
