/* assess import coinr, assess export coinr: indexes of the R package COINr, in and out. */
#include <string.h>

#include "assess.h"
#include "cmd/cmd.h"
#include "report/message.h"

enum { OPT_FOLDER, OPT_HELP, OPERANDS = 3 };

static const option folder_options[] = {
    [OPT_FOLDER] = {"output-dir", 'o', "DIR", "the folder to write to"},
    [OPT_HELP] = {"help", 'h', NULL, "print help"},
    {0},
};

typedef struct exchange {
    const char *operand[OPERANDS];
    int operands;
    const char *folder;
    int help;
} exchange;

static int read_arguments(exchange *x, int count, char *const *argument, fault *f) {
    options o = options_of(folder_options, NULL, count, argument);
    for (int found; (found = options_next(&o, f)) != OPTIONS_END;) {
        if (found == OPTIONS_WRONG) return 0;
        if (found == OPT_FOLDER) x->folder = o.value;
        if (found == OPT_HELP) x->help = 1;
        if (found == OPTIONS_OPERAND && x->operands < OPERANDS)
            x->operand[x->operands++] = o.value;
        else if (found == OPTIONS_OPERAND)
            return fault_set(f, FAULT_USAGE, "one file too many: %s", o.value);
    }
    return 1;
}

static int check(const exchange *x, int operands, const char *usage, fault *f) {
    if (!x->operands || strcmp(x->operand[0], "coinr"))
        return fault_at(f, FAULT_USAGE, NULL, usage,
                        x->operands ? "nothing is known of '%s'" : "of what?",
                        x->operands ? x->operand[0] : "");
    if (x->operands < operands) return fault_at(f, FAULT_USAGE, NULL, usage, "a file is missing");
    if (x->operands > operands)
        return fault_at(f, FAULT_USAGE, NULL, usage, "one file too many: %s", x->operand[operands]);
    if (!x->folder)
        return fault_at(f, FAULT_USAGE, NULL, usage, "the folder to write to is missing: -o DIR");
    return 1;
}

static int told(assess *a, assess_status status) {
    sink err = output_to(2, NULL);
    page p = {&err, paint_columns(2), paint_wanted("auto", 2)};
    message_all(&p, a, 0, MESSAGE_FAULTS | MESSAGE_WARNINGS);
    output_flush(&err);
    output_release(&err);
    assess_free(a);
    return (int)status;
}

static int begin(exchange *x, int operands, const char *usage, int count, char *const *argument,
                 const volatile sig_atomic_t *stop, int *status) {
    fault f = FAULT_INIT;
    int fine = read_arguments(x, count, argument, &f);
    if (fine && x->help) {
        *status = cmd_help(0, NULL, stop);
        return 0;
    }
    if (fine) fine = check(x, operands, usage, &f);
    if (!fine) *status = cmd_fail(&f, "auto");
    return fine;
}

int cmd_import(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    exchange x = {.operands = 0};
    int status;
    if (!begin(&x, 3, "assess import coinr iData.csv iMeta.csv -o DIR", count, argument, stop,
               &status))
        return status;
    assess *a = assess_new();
    if (!a) return ASSESS_LIMIT;
    return told(a, assess_import_coinr(a, x.operand[1], x.operand[2], x.folder));
}

int cmd_export(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    exchange x = {.operands = 0};
    int status;
    if (!begin(&x, 2, "assess export coinr RULES -o DIR", count, argument, stop, &status))
        return status;
    assess *a = assess_new();
    if (!a) return ASSESS_LIMIT;
    assess_stop_on(a, stop);
    assess_status s = assess_open(a, x.operand[1]);
    if (!s) s = assess_run(a);
    if (!s) s = assess_export_coinr(a, x.folder);
    return told(a, s);
}
