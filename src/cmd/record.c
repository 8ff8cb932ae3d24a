/* assess record: seals a run. */
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "cmd/seal_limits.h"
#include "cmd/survey.h"
#include "document/message.h"
#include "seal/ledger.h"

/* The options of which results depend: they are in the seal. Those of data are there as files. */
static const char *const sealed[] = {"set",    "where", "encoding", "script-memory", "source",
                                     "strict", "bom",   "no-bom",   "crlf",          "draws",
                                     "seed",   "vary",  NULL};
/* Those of the command, which are given anew. */
static const char *const limits[] = {"seconds", "memory", "threads", NULL};

static int is_among(const char *name, const char *const *list) {
    while (*list && strcmp(*list, name) != 0) list++;
    return *list != NULL;
}

int seal_limits_of(const delivery *d, arena *memory, seal_limits *out, fault *f) {
    const arguments_list *given = &d->given->setting;
    seal_pair *pair = arena_zero(memory, given->count + 1, sizeof *pair);
    *out = (seal_limits){.setting = pair, .stop = d->stop};
    for (size_t i = 0; pair && i < given->count; i++)
        if (is_among(given->item[i].name, limits))
            pair[out->settings++] = (seal_pair){given->item[i].name, given->item[i].value};
    return pair || fault_memory(f);
}

typedef struct record_given {
    double draws, seed; /* 0, -1: not given */
    arguments_list vary;
} record_given;

#define AT(field) offsetof(record_given, field)

static const option record_options[] = {SURVEY_OPTIONS(AT(draws), AT(seed), AT(vary)), {0}};

static void begin(void *own) { *(record_given *)own = (record_given){.seed = -1}; }

static void end(void *own) { list_release(&((record_given *)own)->vary); }

static void check(arguments *a, fault *f) {
    const record_given *own = a->own;
    survey_check(own->draws, own->seed, &own->vary, f);
    if (!a->folder)
        fault_at(f, FAULT_USAGE, NULL, "assess record RULES -o runs/2026q3",
                 "the folder of the sealed run is missing: -o DIR");
}

/* ---- what is sealed ---- */

typedef struct recording {
    delivery *d;
    seal s;
    seal_inputs in;
    seal_limits limits;
    file_tree tree;
    folder_files out;
    assess *again;             /* the session on the copies */
    const char *parent, *name; /* of the folder: that of the ledger, and what it is called there */
    fault *f;
} recording;

/* The rules by their way from the working folder: what rules name from the root can be told then.
 */
static int name_rules(recording *r) {
    arguments *a = r->d->given;
    buf b = BUF_INIT;
    if (*a->rules != '/') return 1;
    int fine = path_relative(".", a->rules, &b);
    const char *own = fine ? arena_print(&r->s.memory, "%s", buf_string(&b)) : NULL;
    buf_release(&b);
    if (!own) return fault_memory(r->f);
    a->rules = own;
    return 1;
}

static int name_folder(recording *r) {
    buf whole = BUF_INIT;
    int fine = path_absolute(r->d->given->folder, &whole);
    char *slash = fine && whole.text ? strrchr(whole.text, '/') : NULL;
    if (slash) {
        r->name = arena_print(&r->s.memory, "%s", slash + 1);
        slash[slash == whole.text] = 0;
        r->parent = arena_print(&r->s.memory, "%s", whole.text);
    }
    buf_release(&whole);
    return (r->name && r->parent) || fault_memory(r->f);
}

static int keep_options(recording *r) {
    const arguments_list *given = &r->d->given->given;
    seal *s = &r->s;
    s->option = arena_zero(&s->memory, given->count + 1, sizeof *s->option);
    for (size_t i = 0; s->option && i < given->count; i++)
        if (is_among(given->item[i].name, sealed))
            s->option[s->options++] = (seal_pair){given->item[i].name, given->item[i].value};
    return s->option || fault_memory(r->f);
}

/* A seal without the digest of the engine would not say what computed. */
static int check_engine(recording *r, const assess *a) {
    if (*assess_engine_sha256(a) &&
        (!*r->s.engine || !strcmp(assess_engine_sha256(a), r->s.engine)))
        return 1;
    if (deliver_stopped(r->d, r->f)) return 0;
    return limits_over() ? fault_memory(r->f)
                         : fault_set(r->f, FAULT_USAGE,
                                     "the program cannot read its own file, whose digest belongs "
                                     "to the seal");
}

static int describe(recording *r) {
    assess *a = r->d->session;
    seal *s = &r->s;
    s->title = assess_fact(a, "title");
    s->language = view_language(a) == TEXT_CHINESE ? "zh" : "en";
    s->version = assess_version();
    s->engine = assess_engine_sha256(a);
    return check_engine(r, a) && keep_options(r) && seal_check_draws(s, a, r->f) &&
           seal_gather(s, a, &r->in, r->f);
}

/* ---- the folder ---- */

static int add_file(recording *r, const char *path, const char *kind, const void *bytes,
                    size_t length) {
    seal *s = &r->s;
    seal_file *x = &s->file[s->files++];
    *x = (seal_file){.path = path, .kind = kind, .bytes = length};
    return seal_sum(bytes, length, x->sha256, r->f) &&
           tree_add(&r->tree, path, bytes, length, r->f);
}

static int add_inputs(recording *r) {
    int fine = 1;
    for (size_t i = 0; i < r->in.count && fine; i++) {
        const seal_input *x = &r->in.item[i];
        fine = add_file(r, x->path, x->kind, x->text, x->length);
    }
    return fine;
}

static int add_outputs(recording *r) {
    int fine = 1;
    for (size_t i = 0; i < r->out.count && fine; i++) {
        const file_item *x = &r->out.item[i];
        fine = add_file(r, x->name, "output", x->bytes ? x->bytes : "", x->length);
    }
    return fine;
}

/* The copies cannot be computed, though the originals could. */
static void tell_copies(recording *r, assess_status status) {
    static const char *const what = TEXT("the copies cannot be computed as the originals were");
    size_t i = 0, count = assess_message_count(r->again);
    while (i < count && assess_message_at(r->again, i).status == ASSESS_OK) i++; /* warnings */
    if (i == count) {
        fault_set(r->f, (fault_kind)status, "%s", text_message(what));
        return;
    }
    assess_message m = assess_message_at(r->again, i);
    place at = {.file = m.file, .line = m.line};
    fault_at(r->f, (fault_kind)status, &at, text_message(what), "%s", m.text);
}

/* Computes by the copies; the files of the seal have room for as many outputs. */
static int compute(recording *r) {
    seal *s = &r->s;
    size_t outputs = assess_output_count(r->d->session) + 2; /* at most */
    s->file = arena_zero(&s->memory, r->in.count + outputs + 1, sizeof *s->file);
    if (!s->file) return fault_memory(r->f);
    if (!add_inputs(r)) return 0;
    assess_status status = seal_compute(s, r->tree.path, &r->limits, &r->again, &r->out, r->f);
    if (status && !r->f->count) tell_copies(r, status);
    if (r->f->count || !check_engine(r, r->again)) return 0;
    if (r->out.count > outputs)
        return fault_set(r->f, FAULT_BUG, "the copies give other outputs than the originals");
    for (size_t i = 0; i < assess_message_count(r->again); i++)
        s->warnings += assess_message_at(r->again, i).status == ASSESS_OK;
    return add_outputs(r);
}

static int add_seal(recording *r) {
    buf text = BUF_INIT;
    int fine = seal_write(&r->s, &text, r->f) &&
               tree_add(&r->tree, SEAL_FILE, text.text, text.length, r->f);
    buf_release(&text);
    return fine;
}

/* ---- the ledger ---- */

static char *origins(const recording *r) {
    json_t *o = json_object();
    for (size_t i = 0; i < r->in.count; i++)
        if (r->in.item[i].origin)
            json_object_set_new(o, r->in.item[i].path, json_text(r->in.item[i].origin));
    char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    return text;
}

/* The folder is put into its place while nobody else may add to the ledger, so that there are both
 * or neither. */
static int publish(recording *r) {
    char *from = origins(r);
    ledger *l = from ? ledger_begin(r->parent, r->f) : NULL;
    if (!from) fault_memory(r->f);
    ledger_row row = {
        .folder = r->name, .title = r->s.title, .seal = r->s.sum, .origins = from ? from : ""};
    int fine = l && ledger_add(l, &row, r->f) && !deliver_stopped(r->d, r->f) &&
               tree_publish(&r->tree, r->f);
    if (fine && !ledger_commit(l, r->f)) {
        tree_withdraw(&r->tree);
        fine = 0;
    }
    if (fine) limits_done();
    ledger_close(l);
    mem_free(from);
    return fine;
}

/* ---- what is told ---- */

static int tell(recording *r) {
    const text_language l = text_messages();
    const seal *s = &r->s;
    document p;
    char count[32];
    size_t inputs = r->in.count;
    /* At a terminal the command is title enough. */
    const char *title = r->d->given->format->prose ? "" : text_in(l, TEXT("A sealed run"));
    document_open(&p, "sealed", title, text_in(l, TEXT(": ")), "-");
    document_facts(&p, "run", "");
    document_style(&p, PAINT_PLAIN, 12);
    document_fact(&p, "folder", text_in(l, TEXT("Sealed")), document_text(r->d->given->folder));
    document_fact(&p, "title", text_in(l, TEXT("Rules")), document_text(s->title));
    snprintf(count, sizeof count, "%zu", inputs);
    document_fact(&p, "inputs", text_in(l, TEXT("Inputs")), document_number(&p, (double)inputs, 0));
    document_fact(&p, "outputs", text_in(l, TEXT("Outputs")),
                  document_number(&p, (double)(s->files - inputs), 0));
    const record_given *own = r->d->given->own;
    if (own->draws > 0)
        document_fact(&p, "draws", text_in(l, TEXT("Draws")), document_number(&p, own->draws, 0));
    document_fact(&p, "warnings", text_in(l, TEXT("Warnings")),
                  document_number(&p, (double)s->warnings, 0));
    document_fact(&p, "seal", text_in(l, TEXT("Seal")), document_text(s->sum));
    int fine = deliver_document(r->d, &p, r->d->page, r->f);
    document_close(&p);
    return fine;
}

static int seal_run(recording *r) {
    return name_folder(r) && describe(r) && tree_begin(&r->tree, r->d->given->folder, r->f) &&
           compute(r) && add_seal(r) && !deliver_stopped(r->d, r->f) && tell(r) && publish(r) &&
           deliver_close(r->d, r->f);
}

static int record(delivery *d, fault *f) {
    recording r = {.d = d, .s = SEAL_INIT, .f = f};
    int status = 0;
    if (seal_limits_of(d, &r.s.memory, &r.limits, f) && name_rules(&r)) {
        status = deliver_compute(d, f);
        if (!status) {
            if (!d->given->quiet) message_all(d->errors, d->session, 0, MESSAGE_WARNINGS);
            seal_run(&r);
        }
    }
    tree_close(&r.tree);
    folder_release(&r.out);
    assess_free(r.again);
    seal_inputs_release(&r.in);
    seal_release(&r.s);
    return status ? status : (int)f->kind;
}

const command record_command = {
    .name = "record",
    .usage = "assess record RULES -o DIR",
    .help = TEXT("seals a run: outputs, copies of all inputs, and their digests"),
    .about =
        TEXT("Writes the outputs into a new folder, as run -o does, with copies of the rules, "
             "methods and data, and seal.json, which lists them with their SHA-256, the options "
             "and the engine. With --draws it seals what draws of what is uncertain say, too: "
             "draws.json, as assess vary --format json writes it. The outputs are computed from "
             "the copies. Nothing in the folder "
             "depends on the time or on where the originals lie. The time, and where they lay, "
             "stand in the ledger beside the folder, assess-history.sqlite. A folder that is "
             "there already is never replaced."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples =
        (const help_example[]){
            {"assess record rules/2011.lua -o build/runs/2026q1", TEXT("seals a run"), 0},
            {"assess record rules/2011.lua --set index.C.C7.weight=8 -o build/runs/2026q2",
             TEXT("with another weight, which the seal says"), 0},
            {"assess record rules/2011.lua --vary '*.weight=noise(0.25)' --draws 1000 --seed 7 -o "
             "build/runs/2026q3",
             TEXT("with draws, and the seed of which they are"), 0},
            {0}},
    .related = "verify history run",
    .takes = TAKES_FOLDER,
    .options = record_options,
    .own = sizeof(record_given),
    .begin = begin,
    .end = end,
    .check = check,
    .hashes = 1,
    .columns = 1,
    .work = record,
};
