#include "report/outcome.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static const char *keep(outcomes *all, const char *text) {
    const char *own = text && *text ? arena_text(&all->memory, text, strlen(text)) : "";
    if (!own) all->lost = 1;
    return own ? own : "";
}

static void begin(outcomes *all, const char *file, long line, const char *name) {
    outcome *o = arena_zero(&all->memory, 1, sizeof *o);
    if (all->count == all->room) {
        size_t room = all->room ? 2 * all->room : 64;
        outcome **grown = mem_grow(all->item, room * sizeof *grown);
        if (!grown) o = NULL;
        if (grown) {
            all->item = grown;
            all->room = room;
        }
    }
    all->now = o;
    if (!o) {
        all->lost = 1;
        return;
    }
    *o = (outcome){
        .file = keep(all, file), .line = line, .name = keep(all, name), .note = "", .seconds = NAN};
    all->item[all->count++] = o;
}

static void add(outcomes *all, const testing_check *c) {
    outcome *o = all->now;
    if (!o) return;
    if (o->failures == o->room) {
        size_t room = o->room ? 2 * o->room : 4;
        testing_check *grown = arena_zero(&all->memory, room, sizeof *grown);
        if (!grown) {
            all->lost = 1;
            return;
        }
        if (o->failures) memcpy(grown, o->failed, o->failures * sizeof *grown);
        o->failed = grown;
        o->room = room;
    }
    o->failed[o->failures++] = (testing_check){.name = keep(all, c->name),
                                               .file = keep(all, c->file),
                                               .line = c->line,
                                               .message = keep(all, c->message),
                                               .hint = keep(all, c->hint),
                                               .excerpt = keep(all, c->excerpt),
                                               .column = c->column,
                                               .got = keep(all, c->got),
                                               .want = keep(all, c->want),
                                               .tolerance = keep(all, c->tolerance),
                                               .output = keep(all, c->output),
                                               .at = keep(all, c->at),
                                               .formula = keep(all, c->formula),
                                               .rule_file = keep(all, c->rule_file),
                                               .rule_line = c->rule_line,
                                               .kept = keep(all, c->kept)};
}

static void end(outcomes *all) {
    outcome *o = all->now;
    all->now = NULL;
    if (!o) return;
    all->failures += o->failures > 0;
    if (all->done) all->done(all->self, o);
}

/* ---- listening ---- */

static void begins(void *self, const testing_test *t) { begin(self, t->file, t->line, t->name); }

/* A case is an outcome of its own, called "table: case"; what belongs to no case stays with the
 * table. */
static void checked(void *self, const testing_test *t, const testing_check *c) {
    outcomes *all = self;
    outcome *whole = all->now;
    if (t->kind != TESTING_CASES || !strcmp(c->name, "error")) {
        if (whole) whole->checks++;
        if (!c->ok) add(all, c);
        return;
    }
    const char *name = arena_print(&all->memory, "%s: %s", t->name, c->name);
    /* A want by labels checks a case several times. */
    outcome *last = all->count ? all->item[all->count - 1] : NULL;
    if (name && last && last != whole && last->number == c->number)
        all->now = last;
    else
        begin(all, t->file, c->line, name);
    if (all->now) {
        all->now->number = c->number;
        all->now->checks++;
    }
    if (!c->ok) add(all, c);
    all->now = whole;
}

/* The table itself is an outcome only if something went wrong with it. */
static void end_cases(outcomes *all, double seconds) {
    outcome *whole = all->now;
    size_t first = all->count;
    while (first > 0 && all->item[first - 1] != whole) first--;
    all->now = NULL;
    if (all->count > first) all->item[all->count - 1]->seconds = seconds;
    for (size_t i = first; i < all->count; i++) {
        all->now = all->item[i];
        end(all);
    }
    if (whole && (whole->failures || all->count == first)) {
        all->now = whole;
        whole->seconds = seconds;
        end(all);
    } else if (first) { /* it leaves the list */
        memmove(all->item + first - 1, all->item + first, (all->count - first) * sizeof *all->item);
        all->count--;
    }
}

static void ended(void *self, const testing_test *t, size_t failed, size_t checks, double seconds,
                  const char *note) {
    outcomes *all = self;
    (void)failed;
    if (t->kind == TESTING_CASES) {
        end_cases(all, seconds);
        return;
    }
    if (all->now) {
        all->now->seconds = seconds;
        all->now->checks = checks;
        all->now->note = keep(all, note);
    }
    end(all);
}

static void said(void *self, const char *file, long line, const char *text) {
    outcomes *all = self;
    if (all->said) all->said(all->self, file, line, text);
}

void outcomes_open(outcomes *all) {
    *all = (outcomes){.memory = ARENA_INIT};
    all->listener = (testing_listener){
        .self = all, .begins = begins, .checked = checked, .said = said, .ended = ended};
}

void outcomes_close(outcomes *all) {
    mem_free(all->item);
    arena_release(&all->memory);
    *all = (outcomes){.memory = ARENA_INIT};
}

void outcomes_fault(outcomes *all, const char *file, const char *name, const fault *f) {
    begin(all, file, 0, name);
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        add(all, &(testing_check){.name = "error",
                                  .file = it->file ? it->file : file,
                                  .line = it->line,
                                  .column = it->column,
                                  .message = it->text,
                                  .hint = it->hint,
                                  .excerpt = it->excerpt});
    }
    end(all);
}
