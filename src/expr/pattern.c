#define PCRE2_CODE_UNIT_WIDTH 8

#include "expr/pattern.h"

#include <pcre2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    STEPS_MOST = 100000,  /* PCRE2's match limit, which counts anew at each starting place */
    HEAP_MOST = 8 * 1024, /* KiB */
    NESTING_MOST = 100,   /* parentheses */
    STACK_FIRST = 32 << 10,
    STACK_MOST = 1 << 20, /* bytes of a JIT stack */
    JIT_FROM = 64, /* texts: compiling to machine code takes as long as matching dozens of them */
    LONG = 256,    /* bytes from which on a text is searched under guard, see watch */
    LOOK = 4096    /* items of a pattern between two looks at the limits */
};

/* A pattern compiled one way: plain, or with a callout before each item. */
typedef struct machine {
    pcre2_code *code;
    size_t tried; /* texts */
} machine;

struct pattern {
    char *text;
    size_t length;
    pcre2_general_context *heap;
    machine plain;
    machine guarded; /* its code is NULL until a long text comes */
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack; /* NULL without JIT */
    double seconds, spent;
    struct timespec since; /* when the running match began */
    uint64_t items;        /* of the guarded code, tried in all */
    const volatile sig_atomic_t *stop;
};

void pattern_close(pattern *p) {
    if (!p) return;
    pcre2_jit_stack_free(p->stack);
    pcre2_match_context_free(p->context);
    pcre2_match_data_free(p->data);
    pcre2_code_free(p->plain.code);
    pcre2_code_free(p->guarded.code);
    pcre2_general_context_free(p->heap);
    mem_free(p->text);
    mem_free(p);
}

/* The fault of a pattern that cannot be compiled; the hint shows the pattern up to the error, and
 * the place of the error in characters. */
static int pattern_fault(const char *text, size_t length, int error, size_t offset, fault *f) {
    char reason[160] = "", advice[240];
    pcre2_get_error_message(error, (PCRE2_UCHAR *)reason, sizeof reason);
    if (error == PCRE2_ERROR_BADDATA || offset > length) offset = length;
    size_t characters = 0, from = offset;
    for (size_t i = 0; i < offset; i++) characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    for (int back = 0; from > 0 && back < 20; from--)
        back += ((unsigned char)text[from - 1] & 0xc0) != 0x80;
    snprintf(advice, sizeof advice, text_message("behind character %zu of the pattern: %s%.*s"),
             characters, from ? "…" : "", (int)(offset - from), text + from);
    return fault_at(f, FAULT_RULE, NULL, advice, "the pattern cannot be read: %s", reason);
}

static void *heap_take(size_t bytes, void *data) {
    (void)data;
    return mem_take(bytes);
}

static void heap_give(void *p, void *data) {
    (void)data;
    mem_free(p);
}

static pcre2_code *compile(const char *text, size_t length, uint32_t further,
                           pcre2_general_context *heap, fault *f) {
    pcre2_compile_context *c = pcre2_compile_context_create(heap);
    if (!c) {
        fault_memory(f);
        return NULL;
    }
    pcre2_set_parens_nest_limit(c, NESTING_MOST);
    int error;
    size_t offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, length,
                                     PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | further,
                                     &error, &offset, c);
    pcre2_compile_context_free(c);
    if (!code && error == PCRE2_ERROR_HEAP_FAILED)
        fault_memory(f);
    else if (!code)
        pattern_fault(text, length, error, offset, f);
    return code;
}

static int stopped(const pattern *p) { return limits_over() || limits_raised(p->stop); }

static double elapsed(const pattern *p) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - p->since.tv_sec) + 1e-9 * (double)(now.tv_nsec - p->since.tv_nsec);
}

/* Called before each item of a guarded pattern. The match limit counts anew at each starting place
 * and bounds no loop within an item, so that one search of a long text could take minutes. */
static int watch(pcre2_callout_block *at, void *self) {
    pattern *p = self;
    (void)at;
    if (++p->items % LOOK) return 0;
    return stopped(p) || (p->seconds > 0 && p->spent + elapsed(p) > p->seconds)
               ? PCRE2_ERROR_CALLOUT
               : 0;
}

pattern *pattern_open(const char *text, size_t length, double seconds,
                      const volatile sig_atomic_t *stop, fault *f) {
    if (length > PATTERN_MOST) {
        fault_at(f, FAULT_RULE, NULL, "several patterns, joined with |, do the same",
                 "the pattern is longer than %d bytes", PATTERN_MOST);
        return NULL;
    }
    pcre2_general_context *heap = pcre2_general_context_create(heap_take, heap_give, NULL);
    pcre2_code *code = heap ? compile(text, length, 0, heap, f) : NULL;
    pattern *p = code ? mem_zero(1, sizeof *p) : NULL;
    if (!p) {
        pcre2_code_free(code);
        pcre2_general_context_free(heap);
        if (code || !heap) fault_memory(f);
        return NULL;
    }
    p->plain.code = code;
    p->heap = heap;
    p->seconds = seconds;
    p->stop = stop;
    p->text = mem_take(length + 1);
    p->data = pcre2_match_data_create_from_pattern(code, NULL);
    p->context = pcre2_match_context_create(heap);
    if (!p->text || !p->data || !p->context) {
        pattern_close(p);
        fault_memory(f);
        return NULL;
    }
    memcpy(p->text, text, length);
    p->text[length] = 0;
    p->length = length;
    pcre2_set_match_limit(p->context, STEPS_MOST);
    pcre2_set_heap_limit(p->context, HEAP_MOST);
    pcre2_set_callout(p->context, watch, p);
    return p;
}

/* Compiles to machine code. Where PCRE2 cannot, its interpreter matches, with the same results. */
static void compile_jit(pattern *p, machine *m) {
    if (pcre2_jit_compile(m->code, PCRE2_JIT_COMPLETE) == 0 && !p->stack) {
        p->stack = pcre2_jit_stack_create(STACK_FIRST, STACK_MOST, p->heap);
        if (p->stack) pcre2_jit_stack_assign(p->context, NULL, p->stack);
    }
}

const char *pattern_text(const pattern *p) { return p->text; }

int pattern_groups(const pattern *p) {
    uint32_t n = 0;
    pcre2_pattern_info(p->plain.code, PCRE2_INFO_CAPTURECOUNT, &n);
    return (int)n;
}

int pattern_group(const pattern *p, const char *name) {
    int n = pcre2_substring_number_from_name(p->plain.code, (PCRE2_SPTR)name);
    return n > 0 ? n : -1;
}

static int slow_fault(const pattern *p, fault *f) {
    fault_at(f, FAULT_LIMIT, NULL,
             "repetitions inside repetitions, such as (a+)+, are what makes patterns slow",
             "the pattern '%.100s' took longer than %g s in all", p->text, p->seconds);
    return -1;
}

static int match_fault(const pattern *p, int error, fault *f) {
    char reason[160] = "";
    switch (error) {
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_JIT_STACKLIMIT:
    case PCRE2_ERROR_RECURSELOOP: /* as machine code it reaches the limit of the stack */
        fault_at(f, FAULT_LIMIT, NULL,
                 "repetitions inside repetitions, such as (a+)+, are what makes patterns slow",
                 "the pattern '%.100s' takes too much work on a text", p->text);
        return -1;
    case PCRE2_ERROR_CALLOUT:
        if (!stopped(p)) return slow_fault(p, f);
        fault_set(f, FAULT_LIMIT, "stopped");
        return -1;
    case PCRE2_ERROR_NOMEMORY: fault_memory(f); return -1;
    default:
        pcre2_get_error_message(error, (PCRE2_UCHAR *)reason, sizeof reason);
        fault_at(f, FAULT_DATA, NULL, NULL, "the pattern '%.100s' cannot be tried on a text: %s",
                 p->text, reason);
        return -1;
    }
}

int pattern_match(pattern *p, const char *text, size_t length, int group, size_t *from, size_t *to,
                  fault *f) {
    if (length > PATTERN_SUBJECT) {
        fault_at(f, FAULT_DATA, NULL, "cut it into several cells",
                 "a text of %zu bytes is too long to be searched; %d are the most", length,
                 PATTERN_SUBJECT);
        return -1;
    }
    if (stopped(p)) {
        fault_set(f, FAULT_LIMIT, "stopped");
        return -1;
    }
    machine *m = length < LONG ? &p->plain : &p->guarded;
    if (!m->code) m->code = compile(p->text, p->length, PCRE2_AUTO_CALLOUT, p->heap, f);
    if (!m->code) return -1;
    if (++m->tried == JIT_FROM) compile_jit(p, m);
    clock_gettime(CLOCK_MONOTONIC, &p->since);
    int found = pcre2_match(m->code, (PCRE2_SPTR)text, length, 0, 0, p->data, p->context);
    p->spent += elapsed(p);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH) return match_fault(p, found, f);
    if (p->seconds > 0 && p->spent > p->seconds) return slow_fault(p, f);
    if (found == PCRE2_ERROR_NOMATCH) return 0;
    const size_t *bounds = pcre2_get_ovector_pointer(p->data);
    int took_part = (uint32_t)group < pcre2_get_ovector_count(p->data) &&
                    bounds[2 * group] <= bounds[2 * group + 1];
    if (from) *from = took_part ? bounds[2 * group] : SIZE_MAX;
    if (to) *to = took_part ? bounds[2 * group + 1] : SIZE_MAX;
    return 1;
}
