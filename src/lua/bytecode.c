#include "lua/bytecode.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { HEADER = 32 }; /* 31 bytes of header, and the number of upvalues */

static int append(lua_State *L, const void *bytes, size_t length, void *out) {
    (void)L;
    buf_put(out, bytes, length);
    return 0;
}

void bytecode_write(lua_State *L, int at, buf *out) {
    lua_pushvalue(L, at);
    lua_dump(L, append, out, 1);
    lua_pop(L, 1);
}

int bytecode_open(const buf *written, bytecode *out) {
    *out = (bytecode){NULL, NULL, 1};
    if (written->failed || written->length <= HEADER || (unsigned char)written->text[4] != 0x54)
        return 0;
    const unsigned char *first = (const unsigned char *)written->text;
    *out = (bytecode){first + HEADER, first + written->length, 0};
    return 1;
}

const unsigned char *bytecode_bytes(bytecode *b, size_t n) {
    const unsigned char *at = b->at;
    if ((size_t)(b->end - at) < n) {
        b->broken = 1;
        return NULL;
    }
    b->at += n;
    return at;
}

/* Seven bits a byte, the highest first; the last byte is marked. */
size_t bytecode_size(bytecode *b) {
    size_t x = 0;
    for (const unsigned char *byte; (byte = bytecode_bytes(b, 1)) != NULL;) {
        x = x << 7 | (*byte & 0x7f);
        if (*byte & 0x80) return x;
    }
    return 0;
}

/* ---- what cannot be followed ---- */

/* The instructions that are of interest here, by their numbers in Lua 5.4 (lopcodes.h). */
enum {
    SET_UPVALUE = 10,
    GET_TABLE = 12,
    SET_TABLE_UPVALUE = 15,
    SET_TABLE = 16,
    SET_INTEGER_FIELD = 17,
    SET_FIELD = 18,
    OPERATOR_OF_METATABLE = 46, /* and two more */
    TO_BE_CLOSED = 55,
    JUMP = 56,
    EQUAL = 57,
    EQUAL_CONSTANT = 60,
    EQUAL_INTEGER = 61,
    TEST = 66,
    RETURN = 70, /* and two more */
    FOR_PREPARE = 74,
    GENERIC_LOOP = 77,
    VARIABLE_ARGUMENTS = 80,
    EXTRA = 82
};

/* An instruction has the operation in its lowest seven bits, then A (8 bits), k (1), B and C (8
 * each), or Bx in place of k, B and C. */
typedef struct code {
    const unsigned char *bytes;
    size_t count;
} code;

static uint32_t instruction(const code *c, size_t i) {
    uint32_t x;
    memcpy(&x, c->bytes + 4 * i, 4);
    return x;
}

static unsigned operation(uint32_t x) { return x & 0x7f; }
static unsigned field_a(uint32_t x) { return x >> 7 & 0xff; }
static unsigned field_b(uint32_t x) { return x >> 16 & 0xff; }
static unsigned field_c(uint32_t x) { return x >> 24; }
static unsigned field_bx(uint32_t x) { return x >> 15; }

/* A is no register that the instruction writes, or one of a loop's own. */
static int writes_none(unsigned op) {
    return (op >= OPERATOR_OF_METATABLE && op < OPERATOR_OF_METATABLE + 3) || op == JUMP ||
           (op >= EQUAL && op <= TEST) || (op >= RETURN && op <= GENERIC_LOOP) || op == EXTRA;
}

/* Whether register `key` holds the variable of a numerical loop around instruction i, and the
 * loop's body does not write it: a symbol is never in there. */
static int is_loop_variable(const code *c, size_t i, unsigned key) {
    for (size_t k = 0; k < c->count; k++) {
        const uint32_t x = instruction(c, k);
        if (operation(x) != FOR_PREPARE || field_a(x) + 3 != key) continue;
        const size_t end = k + field_bx(x) + 1;
        if (i <= k || i >= end) continue;
        for (size_t n = k + 1; n < end && n < c->count; n++)
            if (field_a(instruction(c, n)) == key && !writes_none(operation(instruction(c, n))))
                return 0;
        return 1;
    }
    return 0;
}

/* Passes over the constants; notes which of the first are numbers. */
static void read_constants(bytecode *b, unsigned char is_number[256]) {
    size_t n = bytecode_size(b);
    for (size_t i = 0; i < n && !b->broken; i++) {
        const unsigned char *type = bytecode_bytes(b, 1);
        int number = type && (*type == 0x03 || *type == 0x13);
        if (i < 256) is_number[i] = (unsigned char)number;
        if (number) bytecode_bytes(b, 8);
        if (type && (*type == 0x04 || *type == 0x14)) { /* short string, long string */
            size_t length = bytecode_size(b);
            if (length) bytecode_bytes(b, length - 1);
        }
    }
}

static const char *obstacle(const code *c, size_t i, const unsigned char is_number[256]) {
    const uint32_t x = instruction(c, i);
    switch (operation(x)) {
    case EQUAL:
    case EQUAL_INTEGER: return TEXT("it compares with == or ~=");
    case EQUAL_CONSTANT: return is_number[field_b(x)] ? TEXT("it compares with == or ~=") : NULL;
    case SET_UPVALUE:
    case SET_TABLE_UPVALUE:
    case SET_TABLE:
    case SET_INTEGER_FIELD:
    case SET_FIELD: return TEXT("it writes to a table or to a variable outside of it");
    case GET_TABLE:
        return is_loop_variable(c, i, field_c(x)) ? NULL
                                                  : TEXT("it looks up a computed key of a table");
    case TO_BE_CLOSED:
    case VARIABLE_ARGUMENTS: return TEXT("it has arguments or variables of an unusual kind");
    default: return NULL;
    }
}

const char *bytecode_obstacle(lua_State *L, int at) {
    const char *unknown = TEXT("its code has an unknown form"), *why = NULL;
    unsigned char is_number[256] = {0};
    buf written = BUF_INIT;
    bytecode b;
    bytecode_write(L, at, &written);
    if (bytecode_open(&written, &b)) {
        size_t source = bytecode_size(&b);
        if (source) bytecode_bytes(&b, source - 1);
        bytecode_size(&b); /* first and last line */
        bytecode_size(&b);
        bytecode_bytes(&b, 3); /* parameters, whether there may be more of them, registers */
        code c = {.count = bytecode_size(&b)};
        if (c.count < SIZE_MAX / 4) c.bytes = bytecode_bytes(&b, 4 * c.count);
        read_constants(&b, is_number);
        if (b.broken || !c.bytes) why = unknown;
        for (size_t i = 0; !why && i < c.count; i++) why = obstacle(&c, i, is_number);
    } else {
        why = unknown;
    }
    buf_release(&written);
    return why;
}
