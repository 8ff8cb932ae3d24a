/* Writes the first rules and their test from what draft_plan decided. */
#include "rule/draft.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "rule/draft_inside.h"
#include "table/number.h"

enum { ID_BYTES = 24, ID_CHARACTERS = 8 };

/* What the writing of one file shares. */
typedef struct writing {
    const plan *p;
    const survey *s;
    const char *stem, *path;
    buf *to;
    int zh;
    char **id; /* those that are taken */
    size_t ids, id_cap;
    int no_memory;
} writing;

/* A text in the language of the headings. */
static const char *in(const writing *w, const char *english) {
    return text_in(w->zh ? TEXT_CHINESE : TEXT_ENGLISH, english);
}

/* ---- texts ---- */

static uint32_t next_character(const char **at) {
    const unsigned char *c = (const unsigned char *)*at;
    int more = *c < 0x80 ? 0 : *c < 0xE0 ? 1 : *c < 0xF0 ? 2 : 3;
    uint32_t u = more ? *c & (0x3Fu >> more) : *c;
    for (int i = 1; i <= more; i++) u = u << 6 | (c[i] & 0x3Fu);
    *at += more + 1;
    return u;
}

static int is_han(uint32_t u) { return u >= 0x3400 && u < 0xA000; }

void draft_quoted(buf *b, const char *text) {
    buf_char(b, '"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            buf_print(b, "\\%c", c);
        else if (c == '\n')
            buf_text(b, "\\n");
        else if (c < 32 || c == 127)
            buf_print(b, "\\%03d", c);
        else
            buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

void draft_title(const char *text, buf *title, buf *unit) {
    static const char *const brackets[][2] = {{"(", ")"}, {"（", "）"}, {"[", "]"}};
    const char *end = text + strlen(text), *cut = end;
    for (size_t i = 0; i < 3; i++) {
        const char *open = brackets[i][0], *close = brackets[i][1], *last = NULL;
        size_t n = strlen(close);
        if ((size_t)(end - text) <= n || memcmp(end - n, close, n)) continue;
        for (const char *at = text; (at = strstr(at, open)); at += strlen(open)) last = at;
        if (!last || last == text) continue;
        cut = last;
        const char *from = last + strlen(open);
        size_t length = (size_t)(end - n - from);
        from = number_trim(from, &length);
        buf_put(unit, from, length);
        break;
    }
    size_t length = (size_t)(cut - text);
    text = number_trim(text, &length);
    for (size_t i = 0; i < length; i++) /* a heading of two lines in one cell */
        buf_char(title, text[i] == '\n' || text[i] == '\r' ? ' ' : text[i]);
}

/* Letters and digits of the text, with _ between words, cut where a word ends. */
static void put_id(buf *b, const char *text) {
    size_t characters = 0, word = 0;
    int gap = 0;
    while (*text) {
        const char *from = text;
        uint32_t u = next_character(&text);
        int letter = (u | 32) - 'a' < 26u || u - '0' < 10u ||
                     (u >= 0xC0 && u < 0x2000 && u != 0xD7) || is_han(u);
        if (!letter) {
            gap = b->length > 0;
            continue;
        }
        if (gap) word = b->length;
        if (b->length + (size_t)gap + (size_t)(text - from) > ID_BYTES ||
            (is_han(u) && characters >= ID_CHARACTERS)) {
            if (word && !gap) b->length = word;
            break;
        }
        if (gap) buf_char(b, '_');
        gap = 0;
        if (!b->length && u - '0' < 10u) buf_char(b, 'i');
        characters += (size_t)is_han(u);
        if (u - 'A' < 26u)
            buf_char(b, (char)(u | 32));
        else
            buf_put(b, from, (size_t)(text - from));
    }
    if (b->text) b->text[b->length] = 0;
    if (!b->length) buf_text(b, "i");
}

static int is_taken(const writing *w, const char *id) {
    for (size_t i = 0; i < w->ids; i++)
        if (!strcmp(w->id[i], id)) return 1;
    return !strcmp(id, "all");
}

/* An id of its own, which is kept; "" without memory. */
static const char *new_id(writing *w, const char *title) {
    buf id = BUF_INIT;
    put_id(&id, title);
    size_t length = id.length;
    for (int n = 2; !id.failed && is_taken(w, buf_string(&id)); n++) {
        id.length = length;
        buf_print(&id, "_%d", n);
    }
    if (id.failed || !MEM_RESERVE(w->id, w->ids + 1, w->id_cap)) {
        w->no_memory = 1;
        buf_release(&id);
        return "";
    }
    return w->id[w->ids++] = id.text;
}

/* ---- csv(…) ---- */

static void put_name(writing *w, const char *key, int column) {
    if (column < 0) return;
    buf_print(w->to, ", %s = ", key);
    draft_quoted(w->to, w->s->column[column].name);
}

static int is_figures(const plan *p, size_t c) {
    return p->role[c] == ROLE_FIGURES || p->role[c] == ROLE_PIVOT;
}

static void put_numbers(writing *w) {
    size_t count = 0;
    int commas = 0, percent = 0;
    for (size_t c = 0; c < w->s->columns; c++) {
        const char *unit = w->p->role[c] == ROLE_PIVOT ? w->s->column[c].unit : NULL;
        commas |= unit && strchr(unit, ',');
        percent |= unit && strchr(unit, '%');
    }
    if (commas || percent)
        buf_print(w->to, ",\n      numbers = { value = \"%s%s\" }", percent ? "%" : "",
                  commas ? "," : "");
    for (size_t c = 0; c < w->s->columns; c++) {
        if (w->p->role[c] != ROLE_FIGURES || !w->s->column[c].unit) continue;
        buf_text(w->to, count++ ? ", [" : ",\n      numbers = { [");
        draft_quoted(w->to, w->s->column[c].name);
        buf_text(w->to, "] = ");
        draft_quoted(w->to, w->s->column[c].unit);
    }
    if (count) buf_text(w->to, " }");
}

/* The words for what is missing, the usual ones too, where others are among them. */
static int put_missing(writing *w) {
    const survey *s = w->s;
    const char *shown[32];
    size_t markers = 0, count = 0;
    number_form form = number_form_of(NULL, NULL, 0);
    for (size_t c = 0; c < s->columns; c++)
        markers += is_figures(w->p, c) ? s->column[c].markers : 0;
    for (size_t c = 0; markers && c < s->columns; c++) {
        const survey_column *k = &s->column[c];
        for (size_t r = 0; is_figures(w->p, c) && r < s->rows && count < 32; r++) {
            const char *text = survey_cell(s, r, c);
            size_t i = 0;
            int missing = *text && number_missing(&form, text, strlen(text));
            for (size_t m = 0; m < k->markers; m++) missing |= !strcmp(k->marker[m], text);
            while (i < count && strcmp(shown[i], text)) i++;
            if (missing && i == count) shown[count++] = text;
        }
    }
    for (size_t i = 0; i < count; i++) {
        buf_text(w->to, i ? ", " : ",\n      missing = { ");
        draft_quoted(w->to, shown[i]);
    }
    if (count) buf_print(w->to, " }, -- %s\n", in(w, TEXT("cells taken for missing")));
    return count > 0;
}

static void put_csv(writing *w) {
    const plan *p = w->p;
    const survey *s = w->s;
    buf *b = w->to;
    buf_print(b, "    figures = %s(", s->sheet ? "sheet" : "csv");
    draft_quoted(b, w->path);
    buf_text(b, ", {\n      ");
    if (s->sheet) {
        buf_text(b, "sheet = ");
        draft_quoted(b, s->sheet);
        buf_text(b, ", ");
    }
    buf_text(b, "unit = ");
    draft_quoted(b, s->column[p->unit].name);
    put_name(w, "indicator", p->indicator);
    put_name(w, "year", p->year);
    if (p->indicator >= 0 && !p->form) put_name(w, "value", p->value);
    if (p->form && p->form->named)
        buf_print(b, ",\n      columns = { match = [[%s]] }", p->form->match);
    if (p->form && !p->form->named)
        buf_print(b, ",\n      columns = { axis = \"year\", match = [[%s]] }", p->form->match);
    if (s->header[0] == s->header[1] && s->header[0])
        buf_print(b, ",\n      header = %zu", s->header[0]);
    if (s->header[0] != s->header[1])
        buf_print(b, ",\n      header = { %zu, %zu }", s->header[0], s->header[1]);
    if (s->footer) buf_print(b, ",\n      footer = %zu", s->footer);
    if (s->encoding) {
        buf_text(b, ",\n      encoding = ");
        draft_quoted(b, s->encoding);
    }
    if (s->separator) {
        char separator[2] = {s->separator, 0};
        buf_print(b, ",\n      separator = \"%s\"", *separator == '\t' ? "\\t" : separator);
    }
    if (s->decimal) buf_text(b, ",\n      decimal = \",\"");
    if (p->trim) buf_text(b, ",\n      trim = true");
    if (p->keyless) buf_text(b, ",\n      without_key = \"drop\"");
    if (p->others) buf_text(b, ",\n      others = \"drop\"");
    put_numbers(w);
    buf_text(b, put_missing(w) ? "    }),\n" : ",\n    }),\n");
}

/* ---- the index ---- */

static void put_indicator(writing *w, const char *label, const char *heading, const char *cells) {
    buf title = BUF_INIT, unit = BUF_INIT, *b = w->to;
    draft_title(heading, &title, &unit);
    if (!unit.length && cells && strchr(cells, '%')) buf_char(&unit, '%');
    const char *id = new_id(w, buf_string(&title));
    buf_text(b, "    indicator { ");
    draft_quoted(b, id);
    buf_text(b, ", ");
    draft_quoted(b, buf_string(&title));
    if (unit.length) {
        buf_text(b, ", unit = ");
        draft_quoted(b, buf_string(&unit));
    }
    if (strcmp(id, label)) {
        buf_text(b, ", column = ");
        draft_quoted(b, label);
    }
    buf_text(b, ",\n      better = \"higher\", weight = 1, score = normalise.minmax },"
                " -- check: guess\n");
    w->no_memory |= title.failed || unit.failed;
    buf_release(&title);
    buf_release(&unit);
}

/* Labels that were met, so that each is written once. */
typedef struct labels {
    const char **item;
    size_t count, cap;
} labels;

static int is_new(writing *w, labels *l, const char *label) {
    for (size_t i = 0; i < l->count; i++)
        if (!strcmp(l->item[i], label)) return 0;
    if (!MEM_RESERVE(l->item, l->count + 1, l->cap)) {
        w->no_memory = 1;
        return 0;
    }
    l->item[l->count++] = label;
    return 1;
}

/* Indicators that a column names, row by row. */
static void put_rows(writing *w, labels *l) {
    const plan *p = w->p;
    for (size_t r = 0; r < w->s->rows; r++) {
        const char *label = survey_cell(w->s, r, (size_t)p->indicator);
        if (!*label || !is_new(w, l, label)) continue;
        const char *title = p->title < 0 ? label : survey_cell(w->s, r, (size_t)p->title);
        put_indicator(w, label, *title ? title : label, NULL);
    }
}

/* Indicators that headings name beside a year. */
static void put_headings(writing *w, labels *l) {
    for (size_t c = 0; c < w->s->columns; c++) {
        const char *label = w->p->label[c];
        if (label && is_new(w, l, label)) put_indicator(w, label, label, w->s->column[c].unit);
    }
}

static void put_index(writing *w) {
    const plan *p = w->p;
    labels l = {NULL, 0, 0};
    buf_text(w->to, "  index = index { \"all\", ");
    draft_quoted(w->to, w->stem);
    buf_print(w->to, ",\n    -- %s\n",
              in(w, TEXT("Is more of it better? \"higher\" is a guess, \"lower\" where less is. "
                         "Take \"check: guess\" away where you have looked.")));
    if (p->indicator >= 0)
        put_rows(w, &l);
    else if (p->form)
        put_headings(w, &l);
    else
        for (size_t c = 0; c < w->s->columns; c++)
            if (p->role[c] == ROLE_FIGURES)
                put_indicator(w, w->s->column[c].name, w->s->column[c].name, w->s->column[c].unit);
    buf_text(w->to, "  },\n");
    mem_free(l.item);
}

/* ---- the files ---- */

static int has_years(const plan *p) { return p->year >= 0 || p->form; }
/* Years over the columns, and nothing that names an indicator. */
static int has_index(const plan *p) { return p->indicator >= 0 || !p->form || p->form->named; }

static void put_params(writing *w, int gaps) {
    const plan *p = w->p;
    if (!has_years(p) && !gaps && has_index(p)) return;
    buf_text(w->to, "  params = {\n");
    if (has_years(p))
        buf_print(w->to, "    year = %d, -- %s\n", p->latest,
                  in(w, TEXT("the latest figure of each up to this year counts")));
    if (gaps)
        buf_print(w->to, "    coverage = 0.6, -- %s\n",
                  in(w, TEXT("who has figures for less of the weight gets no score")));
    if (!has_index(p))
        buf_print(w->to, "    better = \"higher\", -- check: guess (%s)\n",
                  in(w, TEXT("\"lower\" where less is better")));
    buf_text(w->to, "  },\n");
}

static void put_rules(writing *w) {
    buf *b = w->to;
    const plan *p = w->p;
    int gaps = p->gaps && has_index(p);
    buf_print(b, "-- %s\n\n",
              in(w, TEXT("A first draft, made from the data by 'assess new'. What it guessed is "
                         "yours to check.")));
    buf_text(b, "local normalise = require \"methods.normalise\"\n");
    if (has_index(p)) buf_text(b, "local combine   = require \"methods.combine\"\n");
    buf_text(b, "\nreturn assessment {\n  id = ");
    draft_quoted(b, w->stem);
    buf_text(b, ", title = ");
    draft_quoted(b, w->stem);
    if (w->zh) buf_text(b, ", lang = \"zh\"");
    buf_text(b, ",\n  cite = ");
    draft_quoted(b, in(w, TEXT("a first draft")));
    buf_print(b, ", -- %s\n\n  data = {\n", in(w, TEXT("what the rules follow")));
    put_csv(w);
    buf_text(b, "  },\n\n");
    put_params(w, gaps);
    if (has_index(p)) put_index(w);
    buf_print(b, "\n  compute = function(a)\n    local x = a.data.figures%s\n",
              has_years(p) ? ":upto { year = a.params.year }" : "");
    if (has_index(p)) {
        buf_print(b, "    local scores = normalise.each(x, a) -- %s\n",
                  in(w, TEXT("0 for the worst unit, 100 for the best")));
        buf_text(b, "    local score = combine.weighted_mean(scores, a.index)\n");
        if (gaps)
            buf_text(b,
                     "    score = where(combine.coverage(scores, a.index):ge(a.params.coverage), "
                     "score)\n");
        buf_text(b,
                 "    return { score = score, rank = rank(score, \"unit\"), details = scores }\n");
    } else {
        buf_print(b, "    local score = normalise.minmax(x, { better = a.params.better }) -- %s\n",
                  in(w, TEXT("0 for the worst unit, 100 for the best")));
        buf_text(b, "    return { score = score, rank = rank(score, \"unit\") }\n");
    }
    buf_text(b, "  end,\n}\n");
}

static void put_test(writing *w) {
    buf *b = w->to;
    buf name = BUF_INIT;
    buf_print(&name, "%s.lua", w->stem);
    buf_print(
        b, "-- %s\n\ntest(\"%s\", function(t)\n  local scored, r = 0, t.run(",
        in(w, TEXT("What the rules must give. Work out a score by hand, and write it down here.")),
        in(w, TEXT("scores lie between 0 and 100")));
    draft_quoted(b, buf_string(&name));
    buf_text(b, ")\n  for place, score in r.score:each() do\n"
                "    if score then -- nil: missing\n"
                "      scored = scored + 1\n"
                "      t.ok(score >= 0 and score <= 100, place.unit)\n"
                "    end\n"
                "  end\n");
    buf_print(b, "  t.ok(scored > 0, \"%s\")\n", in(w, TEXT("somebody has a score")));
    buf_text(b, "  -- t.near(r.score, { [");
    for (size_t r = 0; r < w->s->rows; r++) {
        const char *unit = survey_cell(w->s, r, (size_t)w->p->unit);
        if (!*unit) continue;
        draft_quoted(b, unit);
        break;
    }
    buf_text(b, "] = 50 }, 0.005)\nend)\n");
    w->no_memory |= name.failed;
    buf_release(&name);
}

/* What the files are called: the file's name without its ending and what no id has. */
static char *stem_of(const char *file) {
    const char *name = strrchr(file, '/'), *end;
    name = name ? name + 1 : file;
    end = strrchr(name, '.');
    if (!end || end == name) end = name + strlen(name);
    buf stem = BUF_INIT;
    for (; name < end; name++) {
        unsigned char c = (unsigned char)*name;
        int fine =
            c >= 0x80 || (c | 32u) - 'a' < 26u || (c >= '0' && c <= '9') || c == '_' || c == '-';
        buf_char(&stem, fine ? (char)c : '_');
    }
    if (stem.failed) buf_release(&stem);
    return stem.text;
}

int draft_make(const char *file, const char *encoding, const char *path, draft *out, fault *notes,
               fault *f) {
    *out = (draft){.rules = BUF_INIT, .test = BUF_INIT};
    survey s;
    plan p;
    if (!survey_read(file, encoding, &s, notes, f) || !draft_plan(&s, file, &p, f)) {
        survey_release(&s);
        return 0;
    }
    writing w = {.p = &p, .s = &s, .path = path, .to = &out->rules};
    out->stem = stem_of(file);
    w.stem = out->stem;
    for (size_t c = 0; c < s.columns; c++)
        w.zh |= text_has_han(s.column[c].name, strlen(s.column[c].name));
    if (w.stem) {
        put_rules(&w);
        w.to = &out->test;
        put_test(&w);
    }
    for (size_t i = 0; i < w.ids; i++) mem_free(w.id[i]);
    mem_free(w.id);
    survey_release(&s);
    return (w.stem && !w.no_memory && !out->rules.failed && !out->test.failed) || fault_memory(f);
}

void draft_release(draft *d) {
    mem_free(d->stem);
    buf_release(&d->rules);
    buf_release(&d->test);
}
