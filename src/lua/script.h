/* A rule script: what its assessment { … } declares, and its formulas.
 *
 * The script runs once. Its constructors only keep what they are given and where they are called;
 * script_read then reads these tables into the model and reports all faults together.
 * script_compute calls the script's `compute` with the model and the data as arrays, and keeps the
 * nodes that it returns. */
#ifndef LUA_SCRIPT_H
#define LUA_SCRIPT_H

#include "lua/host.h"
#include "rule/dataset.h"
#include "rule/model.h"
#include "rule/uncertain.h"

typedef struct script_output {
    const char *name;
    ex_id node;
    size_t place; /* in the order that the rules give */
} script_output;

typedef struct script_fact {
    const char *name, *text; /* "title", "show.score", "title.built" */
    md_at at;
} script_fact;

/* A leaf that was read and is not in the model: the value of an overlay's set { }. */
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
    int taking; /* leaves that are read go into `taken` instead of the model */
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

/* Makes a script in a host, which then belongs to it. `notes` receives warnings about the data.
 * NULL with the fault without memory. */
script *script_open(host *h, fault *notes, fault *f);
void script_close(script *s); /* before the host is closed */

/* Runs the rule file, and those it extends, and reads its assessment: model, leaves and axes of
 * stages and levels. */
int script_read(script *s, const char *path, fault *f);
/* Calls `compute`, once the arrays of the model are made and the data is loaded; 0 with the faults.
 */
int script_compute(script *s, fault *f);

/* After compute: notes a fault, with a did-you-mean, for each output and axis that `show`, `titles`
 * and `statement` name and that does not exist. 1 if there is none. */
int script_check_shown(script *s, fault *f);

const char *script_fact_of(const script *s, const char *name); /* "" where absent */

/* ---- between script.c, model.c, tree.c, extend.c, overlay.c, table_reader.c, compute_call.c and
 * tables.c ---- */

/* Is it among the further attributes that the script declares? */
int script_declares(const script *s, const char *attribute);
script *script_of(lua_State *L); /* raises where the host has none */

/* A fault at a line of the rules, noted in the script: as model_fault from its third argument on.
 */
#define script_fault(s, ...) model_fault(&(s)->m, (s)->f, __VA_ARGS__)

/* ---- table_reader.c: tables of the rules, read with raw access only, so that no code of the
 * script runs meanwhile. What is wrong is noted in the script, at the line of its key. ---- */

/* Where a value stands: the keys that lead to it from the braces of a constructor. */
typedef struct key_path {
    md_at braces;
    const char *first; /* the text that comes first in the braces (an id), or NULL */
    const char *key[12];
    size_t depth;
} key_path;
md_at path_line(const script *s, const key_path *path);
key_path path_below(key_path path, const char *key); /* one key further down */

typedef struct table_reader {
    lua_State *L;
    script *s;
    int at;           /* the table's index in the stack */
    const char *what; /* what messages call it: "assessment", "stage 'near'" */
    key_path in;
} table_reader;
md_at reader_line(const table_reader *r, const char *key); /* of a key of the table */
/* Pushes a field; its type. */
int reader_field(const table_reader *r, const char *key);
/* The text keys in the order of their lines, then by name; the list is pushed. */
const char **reader_keys(const table_reader *r, size_t *count);
/* The text in a field, copied; NULL where it is absent, or no text (a fault). */
const char *reader_text(const table_reader *r, const char *key);
/* A list of texts in a field, copied; NULL where it is absent. A single text is a list of one. */
const char *const *reader_texts(const table_reader *r, const char *key, size_t *count);
/* Notes a fault, with a did-you-mean, for each key that is not among the known ones (a list ended
 * by NULL) or the `mores` further ones. */
void reader_check_keys(const table_reader *r, const char *const *known, const char *const *more,
                       size_t mores);
/* The number, truth, text, date or (with `functions`) function on top of the stack as the value of
 * a leaf. 0 for other values, without a fault. */
int read_value(lua_State *L, script *s, int functions, md_value *out);

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
    PART_FIGURE,
    PARTS
} part_kind;
typedef struct part {
    part_kind kind;
    md_at at;
} part;
part *part_test(lua_State *L, int at); /* NULL if it is none; its table is its user value 1 */
const char *part_word(part_kind kind); /* its constructor */
void part_push(lua_State *L, part_kind kind, md_at at); /* takes its table off the stack */

/* model.c. Reads an assessment { … }: called protected, with the part at 1 and the script at 2. */
int read_assessment(lua_State *L);
/* What an assessment and an overlay have in common: facts, names of outputs, data and the like. */
void read_common(const table_reader *r);
/* Hands each stage of the field `stages` to `store`. */
void read_stages(const table_reader *r, int (*store)(model *m, const md_stage *stage, fault *f));

/* uncertain.c: the list `uncertain` of an assessment or an overlay. */
void read_uncertain(const table_reader *r);

/* Is a line in an older edition than the `compute` in force? Then outputs that it names may no
 * longer exist. */
int script_outgrown(const script *s, md_at at);
/* overlay.c: applies set, remove, add and figure of the table at 1; `cite` is that of the edition,
 * or NULL. */
void overlay_read(lua_State *L, script *s, const char *cite);
/* figure.c: gives the part at `at` to its data. Leaves the stack to the caller. */
void figure_read(lua_State *L, script *s, int at, const char *cite);

/* tree.c */
extern const char *const indicator_keys[], *const group_keys[], *const root_keys[];
/* Reads the element at `at` into the model, inside `parent` (-1: it is the index). Without a
 * citation of its own it gets `cite`, or (NULL) that of the element around it. */
void read_element(lua_State *L, script *s, int at, int parent, const char *cite);
/* After all elements are read, fills methods[attribute] = { { method = f, ids = { … } }, … }, in
 * the order of the elements. */
void gather_methods(lua_State *L, script *s);
/* Pops a function and adds an indicator to its ids, in the list at `list` (methods[attribute]). */
void note_method(lua_State *L, int list, const char *id);
/* The function on top of the stack is the leaf at that address. */
void keep_function(lua_State *L, script *s, const char *address);
/* Reads the value on top of the stack as a leaf, or several, of an element or (owner -1) a
 * parameter. */
void read_leaf(lua_State *L, script *s, int owner, const key_path *in, const char *name,
               const char *address, int stage);
/* settings.c: what is left out, and other methods. Protected; before the tree is closed. */
void settings_apply(lua_State *L, script *s);

/* tables.c */
dataset *csv_test(lua_State *L, int at);              /* what csv() returned; or NULL */
void keyed_push(lua_State *L, script *s, dataset *d); /* the array of keyed data */
void table_push(lua_State *L, dataset *d);            /* a table without keys */
/* May rules read the file? Below the folders of the rule files, or of base/allowed. */
int path_allowed(const script *s, const char *path);
/* The hint for one that they may not; in the arena of the script. */
const char *path_hint(script *s, const char *path);
/* Raises an error where they may not. */
int path_check(lua_State *L, script *s, const char *path);
const char *path_beside(lua_State *L, script *s, const char *path,
                        md_at at); /* beside the rule file at `at`; pushed */

#endif
