/* The parts of a workbook that its sheets share, and which sheet is read. */
#include "table/workbook.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "table/workbook_inside.h"

int workbook_named(const char *path) {
    size_t n = strlen(path);
    return n > 5 && (!strcasecmp(path + n - 5, ".xlsx") || !strcasecmp(path + n - 5, ".xlsm"));
}

size_t workbook_path(const char *text) {
    for (const char *at = text; (at = strchr(at, ':')); at++)
        if (at - text > 5 && (!strncasecmp(at - 5, ".xlsx", 5) || !strncasecmp(at - 5, ".xlsm", 5)))
            return (size_t)(at - text);
    return strlen(text);
}

/* ---- relations: what other parts a part names ---- */

typedef struct relations {
    book *b;
    const char *folder; /* of the part that has them */
    const char *main;   /* of the archive: the workbook */
    const char *texts, *styles;
} relations;

/* The name of a part in the archive; NULL without memory. */
static const char *part_name(book *b, const char *folder, const char *target) {
    while (!strncmp(target, "./", 2)) target += 2;
    if (*target == '/') return arena_text(&b->memory, target + 1, strlen(target + 1));
    if (!strncmp(target, "../", 3)) return arena_text(&b->memory, target + 3, strlen(target + 3));
    return arena_print(&b->memory, "%s%s", folder, target);
}

static int ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

static void on_relation(void *self, const char *name, const char **attribute) {
    relations *r = self;
    book *b = r->b;
    const char *type = package_attribute(attribute, "Type"),
               *target = package_attribute(attribute, "Target"),
               *id = package_attribute(attribute, "Id");
    if (strcmp(name, "Relationship") != 0 || !type || !target) return;
    const char *part = part_name(b, r->folder, target);
    if (!part) {
        b->no_memory = 1;
        package_stop(b->file);
        return;
    }
    if (ends_with(type, "/officeDocument")) r->main = part;
    if (ends_with(type, "/sharedStrings")) r->texts = part;
    if (ends_with(type, "/styles")) r->styles = part;
    for (size_t i = 0; id && ends_with(type, "/worksheet") && i < b->sheets; i++)
        if (!strcmp(b->sheet[i].id, id)) b->sheet[i].part = part;
}

static void nothing_end(void *self, const char *name) {
    (void)self;
    (void)name;
}

static void nothing_text(void *self, const char *text, size_t length) {
    (void)self;
    (void)text;
    (void)length;
}

static int parse(book *b, const char *part, const package_sink *sink, fault *f) {
    int fine = package_parse(b->file, part, sink, f);
    return b->no_memory ? fault_memory(f) : fine;
}

static int read_relations(relations *r, const char *part, fault *f) {
    package_sink sink = {on_relation, nothing_end, nothing_text, r};
    return parse(r->b, part, &sink, f);
}

/* ---- the workbook ---- */

static void on_workbook(void *self, const char *name, const char **attribute) {
    book *b = self;
    if (!strcmp(name, "workbookPr")) {
        const char *since = package_attribute(attribute, "date1904");
        b->since_1904 = since && (!strcmp(since, "1") || !strcmp(since, "true"));
    }
    if (strcmp(name, "sheet") != 0) return;
    const char *title = package_attribute(attribute, "name"), *id = NULL,
               *state = package_attribute(attribute, "state");
    for (const char **a = attribute; *a; a += 2)
        if (ends_with(a[0], ":id")) id = a[1];
    if (!title || !id) return;
    title = arena_text(&b->memory, title, strlen(title));
    id = arena_text(&b->memory, id, strlen(id));
    if (!title || !id || !MEM_RESERVE(b->sheet, b->sheets + 1, b->sheet_cap)) {
        b->no_memory = 1;
        package_stop(b->file);
        return;
    }
    b->sheet[b->sheets++] =
        (book_sheet){.name = title, .id = id, .hidden = state && strcmp(state, "visible") != 0};
}

/* ---- shared strings ---- */

typedef struct strings_reader {
    book *b;
    buf text;
    int inside, spoken; /* in <t>; in <rPh>, which says how the text is spoken */
} strings_reader;

static void on_string(void *self, const char *name, const char **attribute) {
    strings_reader *s = self;
    (void)attribute;
    if (!strcmp(name, "si")) buf_clear(&s->text);
    if (!strcmp(name, "rPh")) s->spoken = 1;
    if (!strcmp(name, "t")) s->inside = !s->spoken;
}

static void on_string_end(void *self, const char *name) {
    strings_reader *s = self;
    book *b = s->b;
    if (!strcmp(name, "t")) s->inside = 0;
    if (!strcmp(name, "rPh")) s->spoken = 0;
    if (strcmp(name, "si") != 0) return;
    buf clean = BUF_INIT;
    cell_text(&clean, buf_string(&s->text), s->text.length);
    const char *text = arena_text(&b->memory, buf_string(&clean), clean.length);
    if (!text || clean.failed || s->text.failed ||
        !MEM_RESERVE(b->text, b->texts + 1, b->text_cap)) {
        b->no_memory = 1;
        package_stop(b->file);
    } else {
        b->text[b->texts++] = text;
    }
    buf_release(&clean);
}

static void on_string_text(void *self, const char *text, size_t length) {
    strings_reader *s = self;
    if (s->inside) buf_put(&s->text, text, length);
}

/* ---- styles ---- */

/* More than spreadsheet programs write. */
enum { FORMATS_MOST = 4096, STYLES_MOST = 65536 };

typedef struct styles_reader {
    book *b;
    struct format {
        long id;
        const char *code;
    } * format;
    size_t formats, cap;
    int cells; /* in <cellXfs> */
} styles_reader;

static void on_style(void *self, const char *name, const char **attribute) {
    styles_reader *s = self;
    book *b = s->b;
    const char *id = package_attribute(attribute, "numFmtId"),
               *code = package_attribute(attribute, "formatCode");
    if (!strcmp(name, "cellXfs")) s->cells = 1;
    if (!strcmp(name, "numFmt") && id && code && s->formats < FORMATS_MOST) {
        code = arena_text(&b->memory, code, strlen(code));
        if (!code || !MEM_RESERVE(s->format, s->formats + 1, s->cap)) {
            b->no_memory = 1;
            package_stop(b->file);
            return;
        }
        s->format[s->formats++] = (struct format){strtol(id, NULL, 10), code};
    }
    if (strcmp(name, "xf") != 0 || !s->cells || b->forms == STYLES_MOST) return;
    long number = id ? strtol(id, NULL, 10) : 0;
    code = NULL;
    for (size_t i = 0; i < s->formats; i++)
        if (s->format[i].id == number) code = s->format[i].code;
    if (!MEM_RESERVE(b->form, b->forms + 1, b->form_cap)) {
        b->no_memory = 1;
        package_stop(b->file);
        return;
    }
    b->form[b->forms++] = (unsigned char)cell_form_of(number, code);
}

static void on_style_end(void *self, const char *name) {
    styles_reader *s = self;
    if (!strcmp(name, "cellXfs")) s->cells = 0;
}

/* ---- all that sheets share ---- */

static int no_workbook(const book *b, fault *f) {
    place at = {.file = b->path};
    if (package_has(b->file, "xl/workbook.bin"))
        return fault_at(f, FAULT_DATA, &at, "open it, and save it as .xlsx",
                        "this is a binary workbook (.xlsb)");
    if (package_has(b->file, "content.xml"))
        return fault_at(f, FAULT_DATA, &at, "open it, and save it as .xlsx",
                        "this is an OpenDocument file (.ods or the like)");
    if (package_has(b->file, "word/document.xml"))
        return fault_at(f, FAULT_DATA, &at, NULL, "this is a Word document");
    return fault_at(f, FAULT_DATA, &at, NULL, "this archive holds no workbook");
}

static int read_shared(book *b, fault *f) {
    relations top = {.b = b, .folder = ""}, own = {.b = b};
    package_sink sheets = {on_workbook, nothing_end, nothing_text, b};
    if (!package_has(b->file, "_rels/.rels")) return no_workbook(b, f);
    if (!read_relations(&top, "_rels/.rels", f)) return 0;
    if (!top.main || strstr(top.main, "word/") || ends_with(top.main, ".bin"))
        return no_workbook(b, f);
    if (!parse(b, top.main, &sheets, f)) return 0;
    const char *base = strrchr(top.main, '/');
    base = base ? base + 1 : top.main;
    own.folder = arena_text(&b->memory, top.main, (size_t)(base - top.main));
    const char *relation =
        own.folder ? arena_print(&b->memory, "%s_rels/%s.rels", own.folder, base) : NULL;
    if (!relation) return fault_memory(f);
    if (!b->sheets)
        return fault_at(f, FAULT_DATA, &(place){.file = b->path}, NULL,
                        "the workbook has no sheets");
    if (!read_relations(&own, relation, f)) return 0;
    int fine = 1;
    if (own.texts) {
        strings_reader s = {.b = b};
        package_sink sink = {on_string, on_string_end, on_string_text, &s};
        fine = parse(b, own.texts, &sink, f);
        buf_release(&s.text);
    }
    b->styles = own.styles;
    if (fine && own.styles) {
        styles_reader s = {.b = b};
        package_sink sink = {on_style, on_style_end, nothing_text, &s};
        fine = parse(b, own.styles, &sink, f);
        mem_free(s.format);
    }
    return fine;
}

/* ---- which sheet ---- */

static void list_sheets(const book *b, buf *hint) {
    enum { SHOWN = 12 };
    buf_text(hint, text_message("the sheets are "));
    for (size_t i = 0; i < b->sheets && i < SHOWN; i++)
        buf_print(hint, "%s'%s'", i ? ", " : "", b->sheet[i].name);
    if (b->sheets > SHOWN)
        buf_print(hint, text_message(" … (%lu in all)"), (unsigned long)b->sheets);
}

static const char *sheet_name(const void *self, size_t i) {
    const book *b = self;
    return i < b->sheets ? b->sheet[i].name : NULL;
}

static const book_sheet *no_sheet(const book *b, const char *name, fault *f) {
    buf hint = BUF_INIT;
    if (!suggest_hint(&hint, suggest_among(name, sheet_name, b))) list_sheets(b, &hint);
    fault_at(f, FAULT_DATA, &(place){.file = b->path}, buf_string(&hint),
             "the workbook has no sheet '%s'", name);
    buf_release(&hint);
    return NULL;
}

static const book_sheet *find_sheet(const book *b, const char *name, fault *notes, fault *f) {
    const book_sheet *found = NULL;
    place at = {.file = b->path};
    size_t tables = 0;
    for (size_t i = 0; i < b->sheets; i++) {
        const book_sheet *s = &b->sheet[i];
        tables += s->part && !s->hidden;
        if (name ? !strcmp(s->name, name) : s->part && !s->hidden && !found) found = s;
    }
    for (size_t i = 0; !name && !found && i < b->sheets; i++)
        if (b->sheet[i].part) found = &b->sheet[i];
    if (!found && name) return no_sheet(b, name, f);
    if (!found || !found->part) {
        if (found)
            fault_at(f, FAULT_DATA, &at, NULL, "'%s' is no sheet with cells, or lacks its part",
                     found->name);
        else
            fault_at(f, FAULT_DATA, &at, NULL, "the workbook has no sheet with cells");
        return NULL;
    }
    if (!name && tables > 1) {
        buf hint = BUF_INIT;
        list_sheets(b, &hint);
        fault_at(notes, FAULT_DATA, &at, buf_string(&hint),
                 "no sheet is named: the first, '%s', is read", found->name);
        buf_release(&hint);
    }
    return found;
}

static void close_book(book *b) {
    package_close(b->file);
    mem_free(b->sheet);
    mem_free(b->text);
    mem_free(b->form);
    arena_release(&b->memory);
}

int workbook_read(const char *path, const char *bytes, size_t length, const sheet_wish *wish,
                  sheet_text *out, fault *notes, fault *f) {
    book b = {.path = path, .memory = ARENA_INIT};
    *out = (sheet_text){.text = BUF_INIT, .first_column = 1};
    b.file = package_open(path, bytes, length, f);
    int fine = b.file && read_shared(&b, f);
    const book_sheet *s = fine ? find_sheet(&b, wish->sheet, notes, f) : NULL;
    fine = s != NULL;
    if (fine) {
        buf name = BUF_INIT, sheet = BUF_INIT;
        buf_print(&name, "%s:%s", path, s->name);
        buf_text(&sheet, s->name);
        out->name = name.text;
        out->sheet = sheet.text;
        if (name.failed || sheet.failed) fine = fault_memory(f);
    }
    fine = fine && sheet_read(&b, s, wish, out, notes, f);
    close_book(&b);
    if (!fine) sheet_text_release(out);
    return fine;
}

int workbook_sheets(const char *path, const char *bytes, size_t length,
                    void (*each)(void *self, const char *sheet), void *self, fault *f) {
    book b = {.path = path, .memory = ARENA_INIT};
    b.file = package_open(path, bytes, length, f);
    int fine = b.file && read_shared(&b, f);
    for (size_t i = 0; fine && i < b.sheets; i++)
        if (b.sheet[i].part) each(self, b.sheet[i].name);
    close_book(&b);
    return fine;
}

int workbook_parts(const char *path, const char *bytes, size_t length, const char *sheet, buf *part,
                   buf *styles, fault *f) {
    book b = {.path = path, .memory = ARENA_INIT};
    fault unheard = FAULT_INIT;
    b.file = package_open(path, bytes, length, f);
    int fine = b.file && read_shared(&b, f);
    const book_sheet *s = fine ? find_sheet(&b, sheet, &unheard, f) : NULL;
    if (s) {
        buf_text(part, s->part);
        buf_text(styles, b.styles);
        fine = (!part->failed && !styles->failed) || fault_memory(f);
    }
    fault_release(&unheard);
    close_book(&b);
    return s && fine;
}

void sheet_text_release(sheet_text *t) {
    buf_release(&t->text);
    mem_free(t->name);
    mem_free(t->sheet);
    t->name = t->sheet = NULL;
}
