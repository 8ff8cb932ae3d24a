/* assess verify: whether a sealed run is what it was. */
#include "seal/verify.h"

#include <string.h>

#include "base/text.h"
#include "cmd/seal_limits.h"
#include "document/message.h"

typedef struct verify_given {
    int sealed, any_engine;
} verify_given;

#define AT(field) offsetof(verify_given, field)

static const option verify_options[] = {
    {"sealed", 0, NULL, TEXT("only the folder: the originals may have changed since"), OPTION_FLAG,
     .at = AT(sealed)},
    {"any-engine", 0, NULL, TEXT("another engine is fine, if its outputs are the same"),
     OPTION_FLAG, .at = AT(any_engine)},
    {0},
};

static void tell_session(void *self, const assess *a) {
    const delivery *d = self;
    message_all(d->errors, a, 0, MESSAGE_FAULTS);
}

/* ---- the document ---- */

static const document_column columns[] = {{"path", TEXT("File"), WIDTH_LEFT, 16},
                                          {"kind", TEXT("Kind"), WIDTH_LEFT, 0},
                                          {"state", TEXT("State"), WIDTH_LEFT, 0},
                                          {"detail", TEXT("Where"), WIDTH_LEFT, 24}};

static const char *kind_word(const char *kind) {
    static const char *const words[] = {TEXT("rules"),  TEXT("method"), TEXT("data"),
                                        TEXT("output"), TEXT("engine"), TEXT("ledger")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i], kind)) return words[i];
    return "";
}

/* People see what is different, programs all. */
static void put_items(document *p, const char *id, const char *title, const verify_item *item,
                      size_t count, int people) {
    const text_language l = text_messages();
    size_t shown = 0;
    for (size_t i = 0; i < count; i++) shown += item[i].state != VERIFY_SAME;
    if (people && !shown) return;
    if (people) document_section(p, text_in(l, title));
    document_table_in(p, l, id, columns, 4);
    for (size_t i = 0; i < count; i++) {
        if (people && item[i].state == VERIFY_SAME) continue;
        DOCUMENT_ROW(p, document_text(item[i].path), document_word(l, kind_word(item[i].kind)),
                     document_word(l, verify_word(item[i].state)), document_text(item[i].detail));
    }
}

static size_t outputs_of(const verify *v) {
    size_t n = 0;
    for (size_t i = 0; i < v->s.files; i++) n += !strcmp(v->s.file[i].kind, "output");
    return n;
}

static void put_verdict(document *p, const verify *v, int people) {
    const text_language l = text_messages();
    size_t outputs = outputs_of(v);
    if (!people) return;
    document_gap(p);
    if (v->different)
        document_line(p, PAINT_BAD, 0, "", text_in(l, "The run is not as it was sealed."));
    else if (v->computed)
        document_line(p, PAINT_GOOD, 0, "",
                      text_in(l, "The run is as it was sealed: %zu inputs; computed again from "
                                 "them, all %zu outputs are the same."),
                      v->s.files - outputs, outputs);
    if (v->moved)
        document_line(p, PAINT_WARN, 0, "",
                      text_in(l, "Originals have changed since; --sealed leaves them out."));
}

static int put(delivery *d, const char *folder, const verify *v, fault *f) {
    const text_language l = text_messages();
    const int people = d->given->format->people;
    document p;
    /* At a terminal the command is title enough. */
    const char *title =
        d->given->format->prose ? "" : text_in(l, TEXT("Verification of a sealed run"));
    document_open(&p, "verification", title, text_in(l, TEXT(": ")), "-");
    document_facts(&p, "run", "");
    document_style(&p, PAINT_PLAIN, 12);
    document_fact(&p, "folder", text_in(l, TEXT("Run")), document_text(folder));
    document_fact(&p, "title", text_in(l, TEXT("Rules")), document_text(v->s.title));
    document_fact(&p, "seal", text_in(l, TEXT("Seal")), document_text(v->s.sum));
    document_fact(&p, "at", text_in(l, TEXT("Sealed at")), document_text(v->at));
    document_fact(&p, "holds", text_in(l, TEXT("As sealed")),
                  (document_cell){.shown = text_in(l, v->different ? TEXT("no") : TEXT("yes")),
                                  .plain = v->different ? "false" : "true",
                                  .bare = 1});
    put_items(&p, "files", TEXT("What is different"), v->item, v->items, people);
    put_items(&p, "originals", TEXT("The originals"), v->original, v->originals, people);
    put_verdict(&p, v, people);
    int fine = deliver_document(d, &p, d->page, f);
    document_close(&p);
    return fine;
}

/* The folders of --allow and ASSESS_ALLOW, as they really are. */
static int list_allowed(const delivery *d, arena *memory, allowed_list *out, fault *f) {
    const arguments_list *given = &d->given->setting;
    const char **folder = arena_zero(memory, given->count + 1, sizeof *folder);
    for (size_t i = 0; folder && i < given->count; i++) {
        buf real = BUF_INIT;
        if (!strcmp(given->item[i].name, "allow") && allowed_real(given->item[i].value, &real))
            folder[out->count++] = arena_print(memory, "%s", buf_string(&real));
        buf_release(&real);
    }
    for (size_t i = 0; folder && i < out->count; i++)
        if (!folder[i]) folder = NULL;
    out->folder = folder;
    return folder || fault_memory(f);
}

static int verify_folder(delivery *d, fault *f) {
    const verify_given *own = d->given->own;
    const char *folder = d->given->rules;
    arena memory = ARENA_INIT;
    verify_wish w = {.sealed = own->sealed, .any_engine = own->any_engine};
    verify v = {.memory = ARENA_INIT, .s = SEAL_INIT};
    int differs = 0;
    if (seal_limits_of(d, &memory, &w.limits, f) && list_allowed(d, &memory, &w.allow, f) &&
        verify_run(&v, folder, &w, tell_session, d, f) && !deliver_stopped(d, f) &&
        put(d, folder, &v, f) && deliver_close(d, f))
        differs = v.different || v.moved;
    verify_close(&v);
    arena_release(&memory);
    return f->count ? (int)f->kind : differs ? ASSESS_SEAL : ASSESS_OK;
}

const command verify_command = {
    .name = "verify",
    .usage = "assess verify DIR",
    .help = TEXT("computes a sealed run again, and says what differs"),
    .about =
        TEXT("Looks at the seal, at every file that it lists, at the ledger beside the folder and "
             "at the engine; then computes the outputs again from the copies, and says which "
             "output differs, with its first line and cell. Where the originals of rules and data "
             "still lie at their places, it says which have changed since, and in which line."),
    .differs = TEXT("something is not as it was sealed, or an original has changed since"),
    .operands =
        (const help_operand[]){{"DIR", TEXT("the folder of a sealed run"), VALUE_FOLDER, NULL, 0},
                               {0}},
    .examples = (const help_example[]){{"assess verify build/runs/2026q1",
                                        TEXT("is it what was sealed?"), 0},
                                       {"assess verify build/runs/2026q1 --sealed --format json",
                                        TEXT("the folder alone, for another program"), 0},
                                       {0}},
    .related = "record history",
    .takes = TAKES_RUNS,
    .options = verify_options,
    .own = sizeof(verify_given),
    .work = verify_folder,
};
