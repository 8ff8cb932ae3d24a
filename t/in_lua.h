// Scripts run by a host, for tests: a small folder of its own to stand in, and a few arrays.
//
//     x       number over unit (A, B, C) × year (2009, 2010, 2011): 1 2 3 / 4 . 6 / 7 8 9
//     w       number over unit: 1 2 5
//     region  text over unit, naming the axis "region": north south north
//     t       text over unit: "建成120次。" missing "尚未建成;礼宾府已建成"
//     d       date over unit: 2011-01-01 2011-06-30 missing
//
// A script that returns a function has it called with these five.
#ifndef T_IN_LUA_H
#define T_IN_LUA_H

#include <lua.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "lua/host.h"
#include "table/date.h"
#include "tap.h"

static char in_top[4096];    // the project's folder
static char in_folder[4096]; // where scripts are written

static inline void in_enter(void) {
    const char *tmp = getenv("TMPDIR");
    snprintf(in_folder, sizeof in_folder, "%s/assess-t-XXXXXX", tmp ? tmp : "/tmp");
    if (!getcwd(in_top, sizeof in_top) || !mkdtemp(in_folder) || chdir(in_folder) != 0) {
        perror("a folder for scripts");
        exit(1);
    }
}

static inline void in_leave(void) {
    unlink("rules.lua");
    if (chdir(in_top) != 0 || rmdir(in_folder) != 0) perror(in_folder);
}

static inline void in_write(const char *path, const char *text, size_t length) {
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text, 1, length, f) != length || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
}

static inline void in_put(const char *path, const char *text) {
    in_write(path, text, strlen(text));
}

// A file of the project, read whole; to be freed.
static inline char *in_read(const char *path) {
    char full[8300];
    snprintf(full, sizeof full, "%s/%s", in_top, path);
    FILE *f = fopen(full, "rb");
    char *text = calloc(1, 1 << 20);
    if (!f || !text || fread(text, 1, (1 << 20) - 1, f) == 0) {
        perror(full);
        exit(1);
    }
    fclose(f);
    return text;
}

typedef struct in_host {
    host *h;
    ex_id array[5];
    double x[9], w[3], region[3], t[3], d[3];
} in_host;

static inline int in_axis(host *h, const char *name, const char *const label[3], fault *f) {
    uint32_t id[3];
    for (int i = 0; i < 3; i++) id[i] = pool_put(h->strings, label[i], strlen(label[i]));
    return ax_make(h->space, name, id, 3, f);
}

static inline void in_text(host *h, double out[3], const char *const text[3]) {
    for (int i = 0; i < 3; i++)
        out[i] = text[i] ? pool_put(h->strings, text[i], strlen(text[i])) : (double)NAN;
}

// The values must outlive the host: `in` is the caller's.
static inline int in_open(in_host *in, const host_settings *s, fault *notes, fault *f) {
    static const double x[9] = {1, 2, 3, 4, NAN, 6, 7, 8, 9}, w[3] = {1, 2, 5};
    memcpy(in->x, x, sizeof x);
    memcpy(in->w, w, sizeof w);
    in->h = host_open(s, notes, f);
    if (!in->h) return 0;
    host *h = in->h;
    int unit = in_axis(h, "unit", (const char *const[]){"A", "B", "C"}, f);
    int year = in_axis(h, "year", (const char *const[]){"2009", "2010", "2011"}, f);
    in_text(h, in->region, (const char *const[]){"north", "south", "north"});
    in_text(h, in->t, (const char *const[]){"建成120次。", NULL, "尚未建成;礼宾府已建成"});
    in->d[0] = date_days(2011, 1, 1);
    in->d[1] = date_days(2011, 6, 30);
    in->d[2] = NAN;
    ax_set u = AX_BIT(unit), both = u | AX_BIT(year);
    ex_values v[5] = {{EX_DATA, EX_NUMBER, both, in->x, NULL, "x", 0, NULL, NULL, 0},
                      {EX_DATA, EX_NUMBER, u, in->w, NULL, "w", 0, NULL, NULL, 0},
                      {EX_DATA, EX_TEXT, u, in->region, NULL, "region", 0, NULL, NULL, 0},
                      {EX_DATA, EX_TEXT, u, in->t, NULL, "t", 0, NULL, NULL, 0},
                      {EX_DATA, EX_DATE, u, in->d, NULL, "d", 0, NULL, NULL, 0}};
    for (int i = 0; i < 5; i++)
        if (!(in->array[i] = ex_values_node(h->graph, &v[i], f))) return 0;
    return 1;
}

// Runs a rule file; calls what it returns if that is a function. Leaves all results on the stack.
static inline int in_run(in_host *in, const char *path, fault *f) {
    host *h = in->h;
    if (!host_run_file(h, path, f)) return 0;
    if (!lua_isfunction(h->L, -1)) return 1;
    for (int i = 0; i < 5; i++) host_push(h->L, in->array[i], i == 2 ? "region" : NULL, NULL);
    return host_call(h, 5, LUA_MULTRET, f);
}

// The same, with the text of the file.
static inline int in_script(in_host *in, const char *text, fault *f) {
    in_put("rules.lua", text);
    return in_run(in, "rules.lua", f);
}

// An element as text: "." for missing, the shortest decimal, "yes" and "no", the text, the date.
static inline const char *in_element(const host *h, ex_kind kind, double x) {
    static char out[400];
    if (isnan(x)) return ".";
    if (kind == EX_TRUTH) return x != 0 ? "yes" : "no";
    if (kind == EX_TEXT) return pool_text(h->strings, (uint32_t)x);
    if (kind == EX_DATE)
        date_write(x, out);
    else {
        char rounded[400];
        double y;
        size_t n = decimal_fixed(x, 9, rounded);
        if (decimal_read(rounded, n, &y) == DECIMAL_OK) decimal_write(y, out);
    }
    return out;
}

// An array as "unit × year: 1 2 3"; a single value without the colon; the fault's first message
// where it fails.
static inline void in_show(host *h, int at, char *out, size_t room) {
    const host_array *a = host_test(h->L, at);
    fault f = FAULT_INIT;
    if (!a) {
        const char *type = lua_typename(h->L, lua_type(h->L, at));
        snprintf(out, room, "%s %s", type, lua_isstring(h->L, at) ? lua_tostring(h->L, at) : "");
        return;
    }
    const double *value =
        ex_run_eval(h->run, &a->node, 1, &f) ? ex_run_value(h->run, a->node, &f) : NULL;
    if (!value) {
        snprintf(out, room, "%s", f.listed ? f.item[0].text : "no value");
        fault_release(&f);
        return;
    }
    const ex_node *n = ex_get(h->graph, a->node);
    size_t count = ax_size(h->space, n->axes), used = 0;
    if (n->axes) {
        ax_describe(h->space, n->axes, out, room);
        used = strlen(out);
        used += (size_t)snprintf(out + used, room - used, ":");
    }
    for (size_t i = 0; i < count && used < room; i++)
        used += (size_t)snprintf(out + used, room - used, "%s%s", used ? " " : "",
                                 in_element(h, (ex_kind)n->kind, value[i]));
}

#endif
