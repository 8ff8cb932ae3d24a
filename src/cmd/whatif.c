#include <string.h>

#include "base/text.h"

#include "cmd/deliver.h"

enum { CHANGES = 200 };

typedef struct whatif_given {
    impact_pair change[CHANGES];
    arguments_list names; /* of these */
} whatif_given;

static int make_document(const arguments *a, const view *v, size_t row, document *p, fault *f) {
    const whatif_given *own = a->own;
    return whatif_make(v, row, own->change, own->names.count, p, f);
}

static int make(delivery *d, fault *f) {
    return deliver_unit(d, "whatif", TEXT("What if"), make_document, f);
}

static int operand(arguments *a, const char *text, fault *f) {
    whatif_given *own = a->own;
    if (!a->unit) {
        a->unit = text;
        return 1;
    }
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return fault_at(f, FAULT_USAGE, NULL,
                        "a datum of the unit or a leaf: C7=30, C7@2011=30, params.cap=110",
                        "'%s' is no change", text) ||
               1;
    size_t count = own->names.count;
    if (count == CHANGES) return fault_set(f, FAULT_USAGE, "more than %d changes", CHANGES) || 1;
    if (!list_add_part(&own->names, text, (size_t)(equals - text), f)) return 1;
    const arguments_pair *given = &own->names.item[count];
    for (size_t i = 0; i < count; i++)
        if (!strcmp(own->change[i].name, given->name))
            fault_set(f, FAULT_USAGE, "'%s' is given twice", given->name);
    own->change[count] = (impact_pair){given->name, equals + 1};
    return 1;
}

static void check(arguments *a, fault *f) {
    const whatif_given *own = a->own;
    static const char usage[] = "assess whatif RULES UNIT C7=30 …";
    if (!a->unit) fault_at(f, FAULT_USAGE, NULL, usage, "whose result?");
    if (a->unit && !own->names.count && !f->count)
        fault_at(f, FAULT_USAGE, NULL, usage, "what is to be changed?");
}

static void end(void *own) { list_release(&((whatif_given *)own)->names); }

const command whatif_command = {
    .name = "whatif",
    .usage = "assess whatif RULES UNIT C7=30 …",
    .help = TEXT("what other data of a unit would change: its results, and others' ranks"),
    .example = "assess whatif rules/2011.lua Shenzhen C7=30",
    .takes = TAKES_PICKS,
    .own = sizeof(whatif_given),
    .operand = operand,
    .check = check,
    .make = make,
    .end = end,
};
