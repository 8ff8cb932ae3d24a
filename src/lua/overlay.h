/* Between the files that read what extend { … } holds: overlay.c, overlay_leaf.c, overlay_tree.c
 * and overlay_unknown.c.
 *
 * set, remove and add are applied to the model in the order written; later ones see what earlier
 * ones made. Each looks for its address, says what is wrong at its own line, and goes on. */
#ifndef LUA_OVERLAY_H
#define LUA_OVERLAY_H

#include "lua/script.h"

/* Something an overlay did, to be told when it is done twice, or undone. */
typedef struct deed {
    const char *address;
    md_at at;
    int removed; /* else set */
} deed;

typedef struct overlay {
    lua_State *L;
    script *s;
    model *m;
    const char *cite; /* of the edition, or NULL */
    deed *deed;
    size_t deeds, room;
} overlay;

/* One set, remove or add. */
typedef struct change {
    int table; /* of the constructor, in the stack */
    const char *word;
    const char *address;
    const char *cite; /* or NULL */
    md_at at;         /* the braces that hold the address */
} change;

/* ---- overlay.c ---- */
const char *overlay_place(const overlay *o, md_at at); /* "rules/2011.lua:93" */
/* The line of a key in the braces of a change. */
md_at overlay_key(const overlay *o, const change *c, const char *key);
void overlay_note(overlay *o, const char *address, md_at at, int removed);
/* Is `inner` the address itself, or one inside it? */
int overlay_within(const char *inner, const char *address);
/* The citation of a change, or of the edition, or else of an element (-1: of the parameters). */
const char *overlay_cite(const overlay *o, const change *c, int element);

/* ---- overlay_unknown.c ---- */
/* The innermost element that the address begins with; what follows it in `rest`. -1: none. */
int overlay_innermost(const overlay *o, const char *address, const char **rest);
/* May the element have an attribute of that name? */
int overlay_is_key(const overlay *o, const md_element *e, const char *key);
void overlay_unknown(const overlay *o, const change *c, const char *address); /* notes the fault */

/* ---- overlay_leaf.c ---- */
/* The leaves at an address or, where it has several ends, below it. */
const size_t *overlay_leaves(const overlay *o, const char *address, size_t *count);
/* The same; NULL with the fault where there are none, or it is the address of something else. */
const size_t *overlay_find(overlay *o, const change *c, const char *address, size_t *count);
void overlay_set(overlay *o, const change *c);

/* ---- overlay_tree.c ---- */
void overlay_remove(overlay *o, const change *c);
void overlay_add(overlay *o, const change *c);

#endif
