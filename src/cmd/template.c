/* assess template: a form for those who report figures. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "table/workbook.h"
#include "workbook/form.h"
#include "workbook/overlay.h"

enum { BLANK_ROWS = 20 };

typedef struct template_given {
    const char *unit;
    arguments_list source;
    size_t rows;
} template_given;

#define AT(field) offsetof(template_given, field)

static const option template_options[] = {
    {"unit", 'u', "UNIT", TEXT("a form for this unit alone"), OPTION_TEXT, VALUE_UNIT,
     .at = AT(unit)},
    {"source", 0, "NAME", TEXT("only this data of the rules; may be repeated"), OPTION_NAMES,
     VALUE_FREE, .at = AT(source)},
    {"rows", 0, "N", TEXT("empty rows below those of a table (default: 20)"), OPTION_COUNT,
     .at = AT(rows), .least = 0, .most = 100000},
    {0},
};

static void begin(void *own) { *(template_given *)own = (template_given){.rows = BLANK_ROWS}; }

static void end(void *own) { list_release(&((template_given *)own)->source); }

static void check(arguments *a, fault *f) {
    if (a->format_given)
        fault_set(f, FAULT_USAGE, "a form is a workbook: --format has no meaning for it");
    if (!a->folder || !workbook_named(a->folder))
        fault_at(f, FAULT_USAGE, NULL, "-o form.xlsx", "a form is a workbook: into which file?");
}

static int make(delivery *d, fault *f) {
    const arguments *a = d->given;
    const template_given *own = a->own;
    const char **source = mem_zero(own->source.count + 1, sizeof *source);
    if (!source) return fault_memory(f);
    for (size_t i = 0; i < own->source.count; i++) source[i] = own->source.item[i].name;
    const form_wish wish = {.unit = own->unit,
                            .pick = a->picks,
                            .picks = a->pick.count,
                            .blank = own->rows,
                            .source = source,
                            .sources = own->source.count};
    form o;
    buf book = BUF_INIT;
    buf rules = BUF_INIT;
    int fine = form_make(d->session, &wish, &o, f);
    path_seen_from(a->rules, a->folder, &rules);
    o.rules = buf_string(&rules);
    o.sha256 = assess_rules_sha256(d->session);
    fine = fine && (!rules.failed || fault_memory(f)) && form_xlsx(&o, &book, f);
    if (fine) output_put(d->out, buf_string(&book), book.length);
    const size_t before = d->err->held.length;
    for (size_t i = 0; fine && !a->quiet && i < o.sheets; i++)
        output_print(d->err, text_message("assess: filled in, read it with --data %s=%s%s%s\n"),
                     o.sheet[i].data, a->folder, o.sheets > 1 ? ":" : "",
                     o.sheets > 1 ? o.sheet[i].name : "");
    d->told = d->err->held.length - before;
    form_release(&o);
    buf_release(&book);
    buf_release(&rules);
    mem_free(source);
    return fine;
}

const command template_command = {
    .name = "template",
    .usage = "assess template RULES [--unit UNIT] -o form.xlsx",
    .help = TEXT("makes a form for those who report figures, as a workbook"),
    .about = TEXT("The form has a sheet for each of the data that the rules read, with a row for "
                  "each figure that they ask for: the indicator, its unit of measure, the range "
                  "that is allowed; its definition and citation are comments, words that the rules "
                  "know are drop-downs, and all but the cells to be filled in is protected. Cells "
                  "hold what the data has now; of years the last, or --at year=2012. What comes "
                  "back is read by --data as it is."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples = (const help_example[]){{"assess template rules/2011.lua --unit Shenzhen "
                                        "--at year=2012 -o build/form.xlsx",
                                        TEXT("what one city reports for 2012"), 0},
                                       {"assess template rules/2011-units.lua --source tasks "
                                        "--unit 市外办 -o build/tasks.xlsx",
                                        TEXT("the tasks of one unit"), 0},
                                       {0}},
    .related = "check run",
    .takes = TAKES_PICKS,
    .options = template_options,
    .own = sizeof(template_given),
    .begin = begin,
    .check = check,
    .make = make,
    .end = end,
};
