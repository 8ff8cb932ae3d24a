/* assess new: a first rule file for a CSV file, and a test for it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "document/message.h"
#include "rule/draft.h"

typedef struct new_arguments {
    const char *data, *folder, *encoding;
    int help;
} new_arguments;

static const option new_options[] = {
    {"output-dir", 'o', "DIR", TEXT("the folder to write to; without it, the current one"),
     OPTION_TEXT, VALUE_FOLDER, .at = offsetof(new_arguments, folder)},
    {"encoding", 0, "NAME", TEXT("the encoding of the file, where it cannot be found out"),
     OPTION_TEXT, VALUE_WORD, .words = option_encodings, .at = offsetof(new_arguments, encoding)},
    {"help", 'h', NULL, TEXT("print help"), OPTION_FLAG, .at = offsetof(new_arguments, help)},
    {0},
};

static void add_operand(void *own, const char *text, fault *f) {
    new_arguments *n = own;
    if (n->data)
        fault_set(f, FAULT_USAGE, "one file too many: %s", text);
    else
        n->data = text;
}

/* ---- writing ---- */

static int is_free(const char *folder, const char *name, fault *f) {
    buf path = BUF_INIT;
    buf_print(&path, "%s/%s", folder, name);
    int taken = !access(buf_string(&path), F_OK);
    if (taken)
        fault_at(f, FAULT_USAGE, NULL, "-o DIR writes to another folder",
                 "%s is there already; nothing was written",
                 !strncmp(path.text, "./", 2) ? path.text + 2 : path.text);
    buf_release(&path);
    return !taken;
}

static void say(const draft *d, const char *folder, output *out) {
    buf stem = BUF_INIT;
    buf_print(&stem, "%s%s%s", folder ? folder : "",
              folder && folder[strlen(folder) - 1] != '/' ? "/" : "", d->stem);
    const char *path = buf_string(&stem);
    output_print(out, text_message("wrote %s.lua, first rules, and %s_test.lua, their test\n"),
                 path, path);
    output_print(
        out, text_message("look at each direction (better = \"higher\" is a guess); then run\n"));
    output_print(out, "  assess %s.lua\n  assess check %s.lua\n  assess test %s_test.lua\n", path,
                 path, path);
    buf_release(&stem);
}

static int write_draft(const new_arguments *n, const draft *d, output *out, fault *f) {
    const char *folder = n->folder ? n->folder : ".";
    buf rules = BUF_INIT, test = BUF_INIT;
    buf_print(&rules, "%s.lua", d->stem);
    buf_print(&test, "%s_test.lua", d->stem);
    file_item item[] = {{buf_string(&rules), d->rules.text, d->rules.length},
                        {buf_string(&test), d->test.text, d->test.length}};
    say(d, n->folder, out); /* held until the files are there, and before them, since it may fail */
    int fine = is_free(folder, item[0].name, f) && is_free(folder, item[1].name, f) &&
               (!out->held.failed || fault_memory(f)) && files_write_all(folder, item, 2, f);
    if (fine) limits_done();
    buf_release(&rules);
    buf_release(&test);
    return fine;
}

static int make(const new_arguments *n, output *out, fault *notes, fault *f) {
    buf path = BUF_INIT;
    draft d = {.stem = NULL};
    int fine = path_relative(n->folder ? n->folder : ".", n->data, &path) || fault_memory(f);
    fine = fine && draft_make(n->data, n->encoding, buf_string(&path), &d, notes, f) &&
           write_draft(n, &d, out, f);
    draft_release(&d);
    buf_release(&path);
    return fine;
}

static int run(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    new_arguments n = {.data = NULL};
    fault f = FAULT_INIT, notes = FAULT_INIT;
    options o = options_of((option_set){new_options, &n}, (option_set){0}, count, argument);
    int fine = options_read(&o, add_operand, &n, &f);
    if (fine && n.help) return ASKED_HELP;
    if (fine && !n.data)
        fine = fault_at(&f, FAULT_USAGE, NULL, new_command.usage, "a file is missing");
    output out = output_to(STDOUT_FILENO, stop);
    fine = fine && make(&n, &out, &notes, &f) && deliver_finish(&out, &f);
    output_release(&out);
    fault_release(&notes); /* an encoding that was assumed is written into the rules */
    return fine ? 0 : deliver_fail(&f, "auto");
}

const command new_command = {
    .name = "new",
    .usage = "assess new DATA.csv [-o DIR]",
    .help = TEXT("writes first rules for a CSV file or a workbook, and a test"),
    .about = TEXT("Looks at a CSV file, or the first sheet of a workbook, as it was found, and "
                  "writes first rules for it, with a test of "
                  "them: each column of figures is an indicator for which more is better, until "
                  "somebody says otherwise, and all weights are the same. The files have the name "
                  "of the data, and never replace others."),
    .operands =
        (const help_operand[]){
            {"DATA.csv",
             TEXT("a CSV file, or a workbook (.xlsx): a row for each unit, or for "
                  "each value"),
             VALUE_TABLE, NULL, 0},
            {0}},
    .examples = (const help_example[]){{"assess new samples/cookbook/topsis.csv -o build/draft",
                                        TEXT("writes topsis.lua and topsis_test.lua"), 0},
                                       {"assess new samples/hdi/hdi.csv --encoding utf-8 "
                                        "-o build/draft",
                                        TEXT("says the encoding, where the bytes do not tell"), 0},
                                       {0}},
    .related = "run check test",
    .takes = TAKES_NONE,
    .options = new_options,
    .run = run,
};
