/* assess history: the sealed runs of a folder, and what changed between two of them. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/seal_limits.h"
#include "document/message.h"
#include "seal/verify.h"

typedef struct history_given {
    const char *run[2];
    int leaves;
} history_given;

#define AT(field) offsetof(history_given, field)

static const option history_options[] = {
    {"leaves", 'l', NULL, TEXT("between two runs: also what each leaf contributes"), OPTION_FLAG,
     .at = AT(leaves)},
    {0},
};

static int operand(arguments *a, const char *text, fault *f) {
    history_given *own = a->own;
    if (own->run[1])
        return fault_set(f, FAULT_USAGE, "two runs are compared: '%s' is a third", text), 1;
    own->run[own->run[0] != NULL] = text;
    return 1;
}

static void check(arguments *a, fault *f) {
    static const char *const of_two[] = {"leaves", "stage", "at", "focus", "top", "all", NULL};
    const history_given *own = a->own;
    if (own->run[0] && !own->run[1])
        fault_at(f, FAULT_USAGE, NULL, "assess history runs 3 7",
                 "run '%s' is compared with which?", own->run[0]);
    for (size_t i = 0; i < a->given.count && !own->run[0]; i++)
        for (size_t k = 0; of_two[k]; k++)
            if (!strcmp(a->given.item[i].name, of_two[k]))
                fault_at(f, FAULT_USAGE, NULL, "assess history runs 3 7",
                         "--%s is of no use without two runs to compare", of_two[k]);
}

/* ---- the list ---- */

typedef enum run_state {
    RUN_THERE,
    RUN_GONE,
    RUN_OTHER,
    RUN_BROKEN,
    RUN_UNLISTED,
    RUN_UNREAD
} run_state;

static const char *state_word(run_state state) {
    static const char *const words[] = {
        TEXT("there"),       TEXT("not there any more"), TEXT("another seal"),
        TEXT("row changed"), TEXT("not in the ledger"),  TEXT("cannot be read")};
    return words[state];
}

/* -1: nobody can tell. */
static int is_sealed_folder(const char *folder, const char *name, buf *path) {
    struct stat info;
    buf_clear(path);
    buf_print(path, "%s/%s/" SEAL_FILE, folder, name);
    int there = stat(buf_string(path), &info) == 0    ? 1
                : errno == ENOENT || errno == ENOTDIR ? 0
                                                      : -1;
    buf_clear(path);
    buf_print(path, "%s/%s", folder, name);
    return there;
}

static run_state state_of(const char *folder, const ledger_row *row) {
    fault ignored = FAULT_INIT;
    seal s = SEAL_INIT;
    buf path = BUF_INIT;
    run_state state = RUN_GONE;
    if (row->broken) {
        state = RUN_BROKEN;
    } else if (tree_takes(row->folder)) {
        int there = is_sealed_folder(folder, row->folder, &path);
        int read = there > 0 && seal_read(&s, buf_string(&path), &ignored);
        if (read) state = !strcmp(s.sum, row->seal) ? RUN_THERE : RUN_OTHER;
        if (there && !read) state = *s.sum && strcmp(s.sum, row->seal) ? RUN_OTHER : RUN_UNREAD;
    }
    fault_release(&ignored);
    seal_release(&s);
    buf_release(&path);
    return state;
}

static const document_column columns[] = {
    {"number", TEXT("No."), WIDTH_RIGHT, 0},    {"at", TEXT("Sealed at"), WIDTH_LEFT, 0},
    {"folder", TEXT("Folder"), WIDTH_LEFT, 10}, {"title", TEXT("Rules"), WIDTH_LEFT, 12},
    {"seal", TEXT("Seal"), WIDTH_LEFT, 0},      {"state", TEXT("State"), WIDTH_LEFT, 8}};

typedef struct listing {
    delivery *d;
    const char *folder;
    const ledger_rows *rows;
    document p;
    size_t wrong, shown;
} listing;

/* People are shown as much of a digest as tells it from others. */
static document_cell digest_cell(listing *g, const char *hex) {
    return (document_cell){.shown = document_print(&g->p, "%.12s…", hex),
                           .plain = document_print(&g->p, "%s", hex)};
}

static void put_row(listing *g, const ledger_row *row, run_state state) {
    const text_language l = text_messages();
    g->wrong += state != RUN_THERE && state != RUN_GONE;
    g->shown++;
    DOCUMENT_ROW(&g->p,
                 row->number ? document_number(&g->p, (double)row->number, 0) : document_text(""),
                 document_text(row->at), document_text(row->folder), document_text(row->title),
                 digest_cell(g, row->seal), document_word(l, state_word(state)));
}

static int is_in_ledger(const ledger_rows *rows, const char *name) {
    for (size_t i = 0; i < rows->count; i++)
        if (!strcmp(rows->row[i].folder, name)) return 1;
    return 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sealed runs that the ledger does not have, by name. */
static int put_unlisted(listing *g, fault *f) {
    char **name = NULL;
    size_t count = 0, cap = 0;
    buf path = BUF_INIT;
    int fine = 1;
    DIR *d = opendir(g->folder);
    for (struct dirent *e; d && fine && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.' || is_in_ledger(g->rows, e->d_name) ||
            is_sealed_folder(g->folder, e->d_name, &path) <= 0)
            continue;
        fine = MEM_RESERVE(name, count + 1, cap) &&
               (name[count] = arena_print(&g->p.memory, "%s", e->d_name)) != NULL;
        count += (size_t)fine;
    }
    if (d) closedir(d);
    if (count) qsort(name, count, sizeof *name, by_name);
    for (size_t i = 0; i < count && fine; i++) {
        fault ignored = FAULT_INIT;
        seal s = SEAL_INIT;
        is_sealed_folder(g->folder, name[i], &path);
        if (!seal_read(&s, buf_string(&path), &ignored)) fault_release(&ignored);
        put_row(g, &(ledger_row){.at = "", .folder = name[i], .title = s.title, .seal = s.sum},
                RUN_UNLISTED);
        seal_release(&s);
    }
    mem_free(name);
    buf_release(&path);
    return fine || fault_memory(f);
}

static void put_notes(listing *g) {
    const text_language l = text_messages();
    const ledger_rows *rows = g->rows;
    if (rows->lost) {
        g->wrong++;
        document_line(&g->p, PAINT_BAD, 0, "",
                      text_in(l, rows->lost == 1 ? TEXT("%zu row was removed from the ledger.")
                                                 : TEXT("%zu rows were removed from the ledger.")),
                      rows->lost);
    }
    if (rows->untied) {
        g->wrong++;
        document_line(&g->p, PAINT_BAD, 0, "",
                      text_in(l, "The ledger no longer refuses changes: its triggers are not those "
                                 "it was made with."));
    }
    if (!g->wrong && rows->count)
        document_line(&g->p, PAINT_FAINT, 0, "",
                      text_in(l, "Every row follows the one before. Who notes the last digest "
                                 "elsewhere finds a ledger that was written anew."));
}

static int list_runs(delivery *d, const ledger_rows *rows, fault *f) {
    const text_language l = text_messages();
    listing g = {.d = d, .folder = d->given->rules, .rows = rows};
    const int people = d->given->format->people;
    document_open(&g.p, "history", text_in(l, TEXT("Sealed runs")), text_in(l, TEXT(": ")),
                  text_in(l, TEXT("None.")));
    document_table_in(&g.p, l, "runs", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < rows->count; i++)
        put_row(&g, &rows->row[i], state_of(g.folder, &rows->row[i]));
    int fine = put_unlisted(&g, f);
    document_facts(&g.p, "ledger", "");
    document_style(&g.p, PAINT_FAINT, 0);
    document_fact(&g.p, "digest", text_in(l, TEXT("Last digest")),
                  document_text(rows->count ? rows->row[rows->count - 1].digest : ""));
    if (!people) document_fact(&g.p, "removed", "", document_number(&g.p, (double)rows->lost, 0));
    if (people || rows->lost || rows->untied) put_notes(&g);
    fine = fine && deliver_document(d, &g.p, d->page, f) && deliver_close(d, f);
    document_close(&g.p);
    return !fine ? (int)f->kind : g.wrong ? ASSESS_SEAL : ASSESS_OK;
}

/* ---- two of them ---- */

static const ledger_row *find_run(const delivery *d, const ledger_rows *rows, const char *text,
                                  fault *f) {
    char *end;
    long long number = strtoll(text, &end, 10);
    for (size_t i = 0; i < rows->count; i++)
        if (*end ? !strcmp(rows->row[i].folder, text) : rows->row[i].number == number)
            return &rows->row[i];
    buf hint = BUF_INIT;
    buf_print(&hint, text_message("'assess history %s' lists them"), d->given->rules);
    fault_at(f, FAULT_USAGE, NULL, buf_string(&hint), "no run '%s' in the ledger", text);
    buf_release(&hint);
    return NULL;
}

typedef struct sealed_run {
    seal s;
    const char *folder, *inputs, *rules;
    assess *session;
} sealed_run;

/* A session on the copies of a run, which are looked at first. */
static int open_run(const delivery *d, const ledger_row *row, const seal_limits *limits,
                    sealed_run *r, fault *f) {
    arena *memory = &r->s.memory;
    const char *folder = d->given->rules;
    buf path = BUF_INIT;
    int there = tree_takes(row->folder) && is_sealed_folder(folder, row->folder, &path);
    buf_release(&path);
    r->folder = arena_print(memory, "%s/%s", folder, row->folder);
    r->inputs = arena_print(memory, "%s/inputs/", r->folder ? r->folder : "");
    if (!r->folder || !r->inputs) return fault_memory(f);
    if (!there)
        return fault_at(f, FAULT_USAGE, &(place){.file = r->folder}, NULL,
                        "run %lld is not there any more, nor what it was computed from",
                        row->number);
    if (!seal_read(&r->s, r->folder, f) || !verify_inputs(&r->s, r->folder, f)) return 0;
    if (strcmp(r->s.sum, row->seal))
        return fault_at(f, FAULT_SEAL, &(place){.file = r->folder}, NULL,
                        "this is not the run %lld that the ledger has", row->number);
    r->rules = arena_print(memory, "%s%s", r->inputs, r->s.rules);
    r->session = r->rules ? seal_session(&r->s, r->inputs, limits, f) : NULL;
    return r->session || f->count ? !f->count : fault_memory(f);
}

static int compare_runs(delivery *d, const ledger_rows *rows, fault *f) {
    const history_given *own = d->given->own;
    sealed_run run[2] = {{.s = SEAL_INIT}, {.s = SEAL_INIT}};
    arena memory = ARENA_INIT;
    seal_limits limits;
    int fine = seal_limits_of(d, &memory, &limits, f);
    for (int i = 0; i < 2 && fine; i++) {
        const ledger_row *row = find_run(d, rows, own->run[i], f);
        fine = row && open_run(d, row, &limits, &run[i], f);
    }
    int status =
        fine ? diff_sessions(d, (assess *const[]){run[0].session, run[1].session},
                             (const char *const[]){run[0].rules, run[1].rules}, own->leaves, f)
             : (int)f->kind;
    for (int i = 0; i < 2; i++) {
        assess_free(run[i].session);
        seal_release(&run[i].s);
    }
    arena_release(&memory);
    return status;
}

static int history(delivery *d, fault *f) {
    const history_given *own = d->given->own;
    const char *folder = d->given->rules;
    ledger_rows rows;
    struct stat info;
    if (stat(folder, &info) < 0 || !S_ISDIR(info.st_mode)) {
        fault_at(f, FAULT_USAGE, &(place){.file = folder}, NULL, "no such folder");
        return FAULT_USAGE;
    }
    int status = !ledger_read(folder, &rows, f) ? (int)f->kind
                 : own->run[0]                  ? compare_runs(d, &rows, f)
                                                : list_runs(d, &rows, f);
    ledger_release(&rows);
    return status;
}

const command history_command = {
    .name = "history",
    .usage = "assess history [FOLDER]\nassess history FOLDER RUN RUN",
    .help = TEXT("lists the sealed runs of a folder, and compares two of them"),
    .about =
        TEXT("Lists what the ledger of the folder, assess-history.sqlite, says of the runs that "
             "were sealed there: when, by which rules, with which seal, and whether they are "
             "still there. A row that was changed or removed is found and told. With two runs, it "
             "tells who moved between them and why, as diff does, from the copies in the runs."),
    .differs = TEXT("the ledger was changed, or a run is not the one that it lists"),
    .operands =
        (const help_operand[]){
            {"FOLDER", TEXT("the folder that holds the sealed runs; without it, the current one"),
             VALUE_FOLDER, NULL, 0},
            {"RUN", TEXT("two runs, the older first: their numbers in the list, or their folders"),
             VALUE_FREE, NULL, 1},
            {0}},
    .usual = ".",
    .examples = (const help_example[]){{"assess history build/runs",
                                        TEXT("what was sealed there, and when"), 0},
                                       {"assess history build/runs 1 2 --leaves",
                                        TEXT("who moved between two runs, and because of what"), 0},
                                       {0}},
    .related = "record verify diff",
    .takes = TAKES_RUNS | TAKES_PICKS | TAKES_ALL | TAKES_TOP,
    .options = history_options,
    .own = sizeof(history_given),
    .operand = operand,
    .check = check,
    .work = history,
};
