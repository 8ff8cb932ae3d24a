/* Explanations on a page: which there are, and how they link to one another. */
#include "html/why.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "html/html.h"
#include "html/why_inside.h"

enum { LISTED = 200, BYTES_OF_STEP = 8 };

why *why_open(const view *v, text_language language, size_t most) {
    why *w = mem_zero(1, sizeof *w);
    if (!w) return NULL;
    *w = (why){.v = v,
               .language = language,
               .most = most,
               .known = pool_open(),
               .hows = pool_open(),
               .notes = pool_open(),
               .text = BUF_INIT};
    if (!places_open(&w->places, v ? v->session : NULL) || !w->known || !w->hows || !w->notes) {
        why_close(w);
        return NULL;
    }
    return w;
}

void why_beside(why *first, why *second, const char *said, const char *second_said) {
    first->second = second;
    first->said = said;
    second->is_second = 1;
    second->said = second_said;
}

/* The one of the two that has an array. */
static why *whose(why *w, const assess_array *x) {
    const assess *other = w->second ? w->second->v->session : NULL;
    int its = other &&
              (assess_output_named(other, x->name) == x || assess_array_named(other, x->name) == x);
    return its ? w->second : w;
}

void why_close(why *w) {
    if (!w) return;
    why_close(w->second);
    pool_close(w->known);
    pool_close(w->hows);
    pool_close(w->notes);
    mem_free(w->note_uses);
    places_close(&w->places);
    mem_free(w->target);
    mem_free(w->id);
    mem_free(w->datum);
    mem_free(w->record);
    mem_free(w->how_step);
    mem_free(w->method);
    buf_release(&w->text);
    mem_free(w);
}

int why_link(why *w, output *to, const assess_array *x, size_t element) {
    if (!w || !w->v || element >= x->size || isnan(x->value[element])) return 0;
    w = whose(w, x);
    const struct {
        const assess_array *x;
        size_t element;
    } key = {x, element};
    if (w->ready) {
        uint32_t found = pool_find(w->known, (const char *)&key, sizeof key);
        const target *t = found ? &w->target[found - 1] : NULL;
        size_t id = t && t->step != (size_t)-1 ? w->id[w->step[t->step].same] : 0;
        if (id)
            why_put_link(w, to, 0, id);
        else if (t && t->place)
            why_put_link(w, to, '-', t->place);
        return id || (t && t->place);
    }
    uint32_t number = pool_put(w->known, (const char *)&key, sizeof key);
    if (!number || !MEM_RESERVE(w->target, number, w->target_cap)) {
        w->failed = 1;
        return 0;
    }
    if (number > w->targets) {
        w->targets = number;
        w->target[number - 1] = (target){x, element, (size_t)-1, 0};
    }
    return 0;
}

int why_note(why *w, output *to, const char *text) {
    size_t before = pool_count(w->notes), number = pool_put(w->notes, text, strlen(text));
    if (!number || !MEM_RESERVE(w->note_uses, number, w->note_cap)) {
        w->failed = 1;
        return 0;
    }
    if (number > before) w->note_uses[number - 1] = 0;
    w->note_uses[number - 1]++;
    why_put_link(w, to, '+', number == w->usual ? 0 : number);
    return 1;
}

/* From now on ids of sentences stay as they are. */
static void find_usual(why *w) {
    for (size_t i = 1; i <= pool_count(w->notes); i++)
        if (!w->usual || w->note_uses[i - 1] > w->note_uses[w->usual - 1]) w->usual = i;
}

/* ---- records ---- */

/* Makes the record of a target, and those that it leads to. Where they are too many, none of them.
 */
static int make_records(why *w, size_t root) {
    size_t before = w->records, text = w->text.length, made = before, spots = w->places.count;
    size_t size = 0;
    if (!why_need(w, root)) return 1;
    for (; made < w->records && !w->failed; made++) {
        output own = output_to(OUTPUT_KEEP, NULL);
        size_t step = w->record[made].step;
        size_t label, body = why_put_record(w, step, &own, &label);
        w->failed |= own.held.failed;
        w->record[made].at = w->text.length;
        w->record[made].length = own.held.length;
        w->record[made].body = body;
        w->record[made].label = label;
        w->record[made].how = why_how(w, step, "");
        buf_put(&w->text, buf_string(&own.held), own.held.length);
        output_release(&own);
        size = w->text.length + 40 * w->records;
        if (size > w->most) break;
    }
    for (; w->counted < w->places.count; w->counted++)
        w->place_bytes += places_size(&w->places, w->counted + 1);
    size += w->place_bytes;
    w->failed |= w->text.failed || w->places.failed;
    if (size <= w->most) return 1;
    for (size_t i = before; i < w->records; i++) w->id[w->record[i].step] = 0;
    w->records = before;
    w->text.length = text;
    places_cut(&w->places, spots);
    return 0;
}

static int find_methods(why *w);

static int explain_own(why *w, fault *f) {
    size_t done = 0, told = assess_message_count(w->v->session);
    assess_element *all = mem_zero(w->targets + 1, sizeof *all);
    if (!all) return fault_memory(f);
    for (size_t i = 0; i < w->targets; i++) {
        const assess_array *x = w->target[i].x;
        all[i].array = x;
        for (int k = 0; k < x->axes; k++)
            all[i].at[k] = w->target[i].element / x->stride[k] % x->axis[k].size;
    }
    w->steps = assess_explain_all(w->v->session, all, w->targets, LISTED, w->most / BYTES_OF_STEP,
                                  &done, &w->step);
    mem_free(all);
    for (size_t i = told; i < assess_message_count(w->v->session); i++) {
        assess_message m = assess_message_at(w->v->session, i);
        if (m.status) return fault_set(f, (fault_kind)m.status, "%s", m.text);
    }
    w->id = mem_zero(w->steps + 1, sizeof *w->id);
    w->datum = mem_zero(w->steps + 1, sizeof *w->datum);
    if (!w->id || !w->datum) return fault_memory(f);
    int room = 1;
    for (size_t i = 0, step = 0; i < done; i++) {
        w->target[i].step = step;
        const assess_step *s = &w->step[step];
        if (why_is_place(s))
            w->target[i].place = places_add(&w->places, s->file, s->line, s->field);
        else
            room = room && make_records(w, step);
        for (step++; step < w->steps && w->step[step].depth; step++) continue;
    }
    w->ready = 1;
    why_share(w);
    w->failed |= !find_methods(w);
    return !w->failed || fault_memory(f);
}

int why_explain(why *w, fault *f) {
    find_usual(w);
    if (!w->v) return !w->failed || fault_memory(f);
    return explain_own(w, f) && (!w->second || explain_own(w->second, f));
}

int why_has(const why *w) {
    return w->targets || w->places.count || pool_count(w->notes) ||
           (w->second && why_has(w->second));
}

void why_count(const why *w, size_t *shown, size_t *explained) {
    *shown = w->targets;
    *explained = 0;
    for (size_t i = 0; i < w->targets; i++)
        *explained += w->target[i].place != 0 || (w->target[i].step != (size_t)-1 &&
                                                  w->id[w->step[w->target[i].step].same] != 0);
}

int why_place(why *w, output *to, const char *file, long line) {
    if (w->second && !places_knows(&w->places, file)) w = w->second;
    size_t number = places_add(&w->places, file, line, "");
    if (number) why_put_link(w, to, '-', number);
    return number != 0;
}

void why_line(why *w, output *to, const char *file, long line) {
    int link = why_place(w, to, file, line);
    html_text(to, file);
    output_print(to, ":%ld", line);
    if (link) output_text(to, "</a>");
}

static int by_line(const void *a, const void *b) {
    const why_method *x = a, *y = b;
    int file = strcmp(x->file, y->file);
    return file ? file : (x->line > y->line) - (x->line < y->line);
}

/* The methods, in order. */
static int find_methods(why *w) {
    size_t count = w->hows ? pool_count(w->hows) : 0;
    w->method = mem_zero(count + 1, sizeof *w->method);
    if (!w->method) return 0;
    for (size_t i = 0; i < count; i++) {
        const assess_step *s = &w->step[w->how_step[i]];
        if (!strstr(s->file, "methods/") || !*s->formula) continue;
        w->method[w->methods++] = (why_method){s->name, s->formula, s->file, s->line};
    }
    if (w->methods) qsort(w->method, w->methods, sizeof *w->method, by_line);
    return 1;
}

size_t why_methods(const why *w) { return w->methods; }

why_method why_method_at(const why *w, size_t i) { return w->method[i]; }

void why_comment(why *w, const char *file, long line, buf *name, buf *out) {
    places_comment(&w->places, file, line, name, out);
}

/* ---- all of it ---- */

/* What all records of a kind share. */
static void put_how(why *w, const record *r, const char *close, output *to) {
    size_t step = r->step, own;
    const assess_step *s = &w->step[step];
    buf line = BUF_INIT;
    output_text(to, "<div class=h>");
    if (w->said) html_element(to, "h4", w->said);
    if (r->shares && w->datum[step]) output_text(to, "<p>…");
    if (r->shares) output_put(to, w->text.text + r->at + r->body, r->length - r->body);
    if (why_has_weights(w, step)) /* what the columns of the lists are, once for all of them */
        html_paragraph(to, "faint",
                       view_text(w->v, "From the left: value, weight, share of the result."));
    if (w->datum[step]) places_head(&w->places, w->step[w->datum[step]].file, to);
    if (*s->name) html_element(to, "h4", why_title(w, s));
    if (*s->formula && !html_formula(to, s->name, s->formula)) html_element(to, "code", s->formula);
    if (*s->file && s->line) {
        output_text(to, "<p>");
        why_line(w, to, s->file, s->line);
        places_line(&w->places, s->file, s->line, &line);
        if (line.length) {
            output_text(to, "</p><pre>");
            html_put(to, buf_string(&line), line.length < 400 ? line.length : 400);
            output_text(to, "</pre>");
        } else {
            output_text(to, "</p>");
        }
    }
    for (size_t k = 0; (own = why_child(w, step, k)) != 0; k++) {
        if (!why_is_shared(&w->step[own])) continue;
        buf_clear(&line);
        why_put_value(&line, w->v, &w->step[own]);
        output_text(to, "<p>");
        html_text(to, w->step[own].name);
        output_text(to, " = ");
        int link = why_open_link(w, own, to);
        html_text(to, buf_string(&line));
        if (link) output_text(to, "</a>");
        output_text(to, "</p>");
    }
    output_print(to, "%s</div>", close);
    buf_release(&line);
}

/* Is there more than a paragraph in it: a table, or another paragraph? */
static int has_tags(const char *text, size_t length) {
    for (size_t i = 0; i + 2 < length; i++)
        if (text[i] == '<' && (text[i + 1] == 't' || text[i + 1] == 'p')) return 1;
    return 0;
}

/* One record. The labels that it shares with its neighbours stand behind the last of them. */
static void put_record(const why *w, const why_run *run, size_t number, output *to) {
    const record *r = &w->record[number - 1];
    const char *text = w->text.text + r->at;
    size_t length = r->shares ? r->body : r->length, from = run->varies < 0 ? 0 : r->label;
    int simple = !has_tags(text, length);
    buf own = BUF_INIT, all = BUF_INIT, after = BUF_INIT;
    output_text(to, simple ? "<p id=" : "<div id=");
    html_id(to, why_kind(w, 0), number);
    output_char(to, '>');
    if (from) {
        why_own_label(w, run, number, &own);
        html_put(to, buf_string(&own), own.length);
    }
    output_put(to, text + from, length - from);
    if (r->shares && w->datum[r->step]) output_text(to, "…");
    if (!simple) output_text(to, "</div>"); /* a <p> ends where the next one begins */
    if (from) {
        why_common_label(w, run, number, &all);
        if (run->next[number - 1]) why_common_label(w, run, run->next[number - 1], &after);
        if (strcmp(buf_string(&all), buf_string(&after))) {
            output_text(to, "<h5>");
            html_put(to, buf_string(&all), all.length);
            output_text(to, "</h5>");
        }
    }
    to->held.failed |= own.failed || all.failed || after.failed;
    buf_release(&own);
    buf_release(&all);
    buf_release(&after);
}

/* All that one session explains; `close` ends each section. */
static void write_own(why *w, const char *close, output *to) {
    size_t count = pool_count(w->hows);
    /* Records of one kind, one after the other. */
    size_t *next = mem_zero(w->records + 1, sizeof *next),
           *first = mem_zero(count + 1, sizeof *first), *last = mem_zero(count + 1, sizeof *last);
    if (!next || !first || !last) w->failed = 1;
    for (size_t i = 0; !w->failed && i < w->records; i++) {
        size_t how = w->record[i].how;
        if (first[how])
            next[last[how] - 1] = i + 1;
        else
            first[how] = i + 1;
        last[how] = i + 1;
    }
    for (size_t how = 1; !w->failed && how <= count; how++) {
        const record *r = NULL;
        if (!first[how]) continue;
        output_text(to, "<section>\n");
        const why_run run = why_run_of(w, next, first[how]);
        for (size_t i = first[how]; i; i = next[i - 1]) {
            put_record(w, &run, i, to);
            r = &w->record[i - 1];
        }
        put_how(w, r, close, to);
        output_text(to, "</section>\n");
    }
    mem_free(next);
    mem_free(first);
    mem_free(last);
    for (uint32_t i = 1; i <= pool_count(w->notes); i++) {
        output_text(to, "<section class=l>\n<p id=");
        html_id(to, why_kind(w, '+'), i == w->usual ? 0 : i);
        output_char(to, '>');
        html_lines(to, pool_text(w->notes, i));
        output_print(to, "\n<div class=h>%s</div></section>\n", close);
    }
    places_write(&w->places, to, why_kind(w, '-'),
                 text_in(w->language, "The text of this file cannot be shown."), close);
    to->held.failed |= w->failed || w->places.failed;
}

void why_write(why *w, output *to) {
    output close = output_to(OUTPUT_KEEP, NULL);
    output_text(&close, "<a href=#why aria-label=\"");
    html_text(&close, text_in(w->language, "Close"));
    output_text(&close, "\">×</a>");
    output_text(to, "<div id=why role=region aria-label=\"");
    html_text(to, text_in(w->language, "Explanations"));
    output_text(to, "\">\n");
    html_paragraph(to, "hint",
                   text_in(w->language,
                           "Choose a number: where it comes from is told here, down to the line "
                           "of the rules and the cell of the data."));
    write_own(w, buf_string(&close.held), to);
    if (w->second) write_own(w->second, buf_string(&close.held), to);
    output_text(to, "</div>\n");
    output_release(&close);
}
