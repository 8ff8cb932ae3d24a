/* assess import coinr, assess export coinr: indexes of the R package COINr, in and out. */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "document/message.h"
#include "table/workbook.h"

enum { OPERANDS = 3 };

typedef struct exchange {
    const char *operand[OPERANDS];
    int operands;
    const char *folder;
    int help;
} exchange;

static const option exchange_options[] = {
    {"output-dir", 'o', "DIR", TEXT("the folder to write to"), OPTION_TEXT, VALUE_FOLDER,
     .at = offsetof(exchange, folder)},
    {"help", 'h', NULL, TEXT("print help"), OPTION_FLAG, .at = offsetof(exchange, help)},
    {0},
};

static void add_operand(void *own, const char *text, fault *f) {
    exchange *x = own;
    if (x->operands < OPERANDS)
        x->operand[x->operands++] = text;
    else
        fault_set(f, FAULT_USAGE, "one file too many: %s", text);
}

/* Both tables in one workbook, as sheets of their names? */
static int one_workbook(const exchange *x) {
    return x->operands == 2 && workbook_named(x->operand[1]);
}

static int check(const exchange *x, int operands, const char *usage, fault *f) {
    if (!x->operands || strcmp(x->operand[0], "coinr"))
        return fault_at(f, FAULT_USAGE, NULL, usage,
                        x->operands ? "nothing is known of '%s'" : "of what?",
                        x->operands ? x->operand[0] : "");
    if (x->operands < operands && !one_workbook(x))
        return fault_at(f, FAULT_USAGE, NULL, usage, "a file is missing");
    if (x->operands > operands)
        return fault_at(f, FAULT_USAGE, NULL, usage, "one file too many: %s", x->operand[operands]);
    if (!x->folder)
        return fault_at(f, FAULT_USAGE, NULL, usage, "the folder to write to is missing: -o DIR");
    return 1;
}

static int print_messages(assess *a, assess_status status) {
    output err = output_to(STDERR_FILENO, NULL);
    page p = deliver_page(&err, "auto");
    message_all(&p, a, 0, MESSAGE_FAULTS | MESSAGE_WARNINGS);
    output_flush(&err);
    output_release(&err);
    assess_free(a);
    return (int)status;
}

static assess_status export_rules(assess *a, const exchange *x) {
    assess_status status = assess_open(a, x->operand[1]);
    if (!status) status = assess_run(a);
    return status ? status : assess_export_coinr(a, x->folder);
}

static int run(const command *c, int operands, int count, char *const *argument,
               const volatile sig_atomic_t *stop) {
    exchange x = {.operands = 0};
    fault f = FAULT_INIT;
    options o = options_of((option_set){exchange_options, &x}, (option_set){0}, count, argument);
    int fine = options_read(&o, add_operand, &x, &f);
    if (fine && x.help) return ASKED_HELP;
    if (!fine || !check(&x, operands, c->usage, &f)) return deliver_fail(&f, "auto");
    arguments_list allow = {0};
    assess *a = arguments_allow(&allow, &f) ? assess_new() : NULL;
    assess_status status = ASSESS_OK;
    for (size_t i = 0; a && !status && i < allow.count; i++)
        status = assess_setting(a, allow.item[i].name, allow.item[i].value);
    list_release(&allow);
    if (!a && !f.count) fault_memory(&f);
    if (!a) return deliver_fail(&f, "auto");
    assess_stop_on(a, stop);
    if (!status)
        status = c == &import_command
                     ? assess_import_coinr(a, x.operand[1], x.operand[one_workbook(&x) ? 1 : 2],
                                           x.folder)
                     : export_rules(a, &x);
    return print_messages(a, status);
}

static int import(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    return run(&import_command, 3, count, argument, stop);
}

static int export(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    return run(&export_command, 2, count, argument, stop);
}

static const char *const kinds[] = {"coinr", NULL};

const command import_command = {
    .name = "import",
    .usage = "assess import coinr DATA [META] -o DIR",
    .help = TEXT("imports an index of the R package COINr: rules.lua, iData.csv"),
    .about =
        TEXT("Takes an index over from its two tables, saved as CSV or as the sheets iData and "
             "iMeta of one workbook, and writes rules and data into a folder."),
    .operands =
        (const help_operand[]){
            {"coinr", TEXT("the kind of index: one of the R package COINr"), VALUE_WORD, kinds, 0},
            {"DATA",
             TEXT("its iData, as CSV: a row for each unit; or a workbook (.xlsx) with both"),
             VALUE_TABLE, NULL, 0},
            {"META", TEXT("its iMeta, as CSV: a row for each indicator and group"), VALUE_TABLE,
             NULL, 0},
            {0}},
    .examples =
        (const help_example[]){
            {"assess import coinr samples/coinr/iData.csv samples/coinr/iMeta.csv "
             "-o build/imported",
             TEXT("writes rules.lua and iData.csv"), 0},
            {"assess import coinr samples/coinr/iData.csv samples/coinr/iMeta.csv "
             "--output-dir build/coinr/imported",
             TEXT("folders that are missing are made"), 0},
            {0}},
    .related = "export new",
    .takes = TAKES_NONE,
    .options = exchange_options,
    .run = import,
};

const command export_command = {
    .name = "export",
    .usage = "assess export coinr RULES -o DIR",
    .help = TEXT("exports an index for COINr: iMeta.csv, iData.csv"),
    .about = TEXT("Writes the index of rules, and the data that it uses, as two tables that COINr "
                  "reads."),
    .operands =
        (const help_operand[]){
            {"coinr", TEXT("the kind of index: one of the R package COINr"), VALUE_WORD, kinds, 0},
            {"RULES", NULL, VALUE_RULES, NULL, 0},
            {0}},
    .examples = (const help_example[]){{"assess export coinr rules/2011.lua -o build/exported",
                                        TEXT("writes iMeta.csv and iData.csv"), 0},
                                       {"assess export coinr samples/cookbook/first.lua "
                                        "--output-dir build/coinr/first",
                                        TEXT("folders that are missing are made"), 0},
                                       {0}},
    .related = "import",
    .takes = TAKES_NONE,
    .options = exchange_options,
    .run = export,
};
