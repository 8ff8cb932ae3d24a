#include "expr/op.h"

#include <string.h>

#include "expr/graph.h"

#define LIST(...)                                                                                  \
    { __VA_ARGS__ }

/* The columns between `how` and `wrong` are for the kernels and evaluators. */
#define RECORD(id, class, text_, lua_, takes_, gives_, how_, wrong_, turns_, doc_)                 \
    [EX_##id] = {.name = #id,                                                                      \
                 .text = text_,                                                                    \
                 .lua = lua_,                                                                      \
                 .takes = #takes_[0],                                                              \
                 .gives = #gives_[0],                                                              \
                 .of = class,                                                                      \
                 .how = how_,                                                                      \
                 .wrong = wrong_,                                                                  \
                 .turns = LIST turns_,                                                             \
                 .doc = doc_},
#define UNARY(name, text, lua, takes, gives, how, x, da, ...)                                      \
    RECORD(name, EX_CLASS_UNARY, text, lua, takes, gives, how, __VA_ARGS__)
#define BINARY(name, text, lua, takes, gives, how, x, da, db, ...)                                 \
    RECORD(name, EX_CLASS_BINARY, text, lua, takes, gives, how, __VA_ARGS__)
#define TERNARY(name, text, lua, takes, gives, how, x, da, db, dc, ...)                            \
    RECORD(name, EX_CLASS_TERNARY, text, lua, takes, gives, how, __VA_ARGS__)
#define REDUCE(name, text, lua, takes, gives, how, fold, start, take, join, end, slope, ...)       \
    RECORD(name, EX_CLASS_REDUCE, text, lua, takes, gives, how, __VA_ARGS__)
#define ORDER(name, ...) RECORD(name, EX_CLASS_ORDER, __VA_ARGS__)
#define SCAN(name, ...) RECORD(name, EX_CLASS_SCAN, __VA_ARGS__)
#define CHOICE(name, ...) RECORD(name, EX_CLASS_CHOICE, __VA_ARGS__)
#define HOSTED(name, ...) RECORD(name, EX_CLASS_HOSTED, __VA_ARGS__)

const ex_record ex_records[EX_OPS] = {
    [EX_none] = {.name = "none", .text = "", .lua = "", .doc = ""},
    [EX_source] = {.name = "source", .text = "", .lua = "", .of = EX_CLASS_SOURCE, .doc = ""},
    EX_UNARY(UNARY) EX_BINARY(BINARY) EX_TERNARY(TERNARY) EX_REDUCE(REDUCE) EX_ORDER(ORDER)
        EX_SCAN(SCAN) EX_CHOICE(CHOICE) EX_HOSTED(HOSTED)};

#define FUNCTION(id, lua_, gives_, doc_)                                                           \
    {.name = #id,                                                                                  \
     .text = #id,                                                                                  \
     .lua = lua_,                                                                                  \
     .gives = #gives_[0],                                                                          \
     .of = EX_CLASS_FUNCTION,                                                                      \
     .doc = doc_},

const ex_record ex_functions[EX_FNS] = {EX_FUNCTION(FUNCTION)};

const char *ex_op_text(ex_op op) { return ex_record_of(op)->text; }

const ex_record *ex_record_listed(size_t k) {
    for (size_t op = 0; op < EX_OPS; op++)
        if (*ex_records[op].lua && k-- == 0) return &ex_records[op];
    return k < EX_FNS ? &ex_functions[k] : NULL;
}

static int is_called(const ex_record *r, const char *lua, size_t length) {
    const char *name = r->lua + (*r->lua == ':');
    return *name && *name == *lua && !strncmp(name, lua, length) && !name[length];
}

const ex_record *ex_record_called(const char *lua, size_t length) {
    for (size_t op = 0; op < EX_OPS; op++)
        if (is_called(&ex_records[op], lua, length)) return &ex_records[op];
    for (size_t k = 0; k < EX_FNS; k++)
        if (is_called(&ex_functions[k], lua, length)) return &ex_functions[k];
    return NULL;
}
