#include "workbook/mark.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/xml_out.h"
#include "base/xml_tags.h"
#include "base/zip_out.h"
#include "table/package.h"
#include "table/workbook.h"

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define COLOUR "FFC7CE"

/* ---- parts that are changed ---- */

typedef struct changed {
    buf name, bytes;
} changed;

typedef struct marking {
    package *file;
    const char *path;
    changed *part;
    size_t parts, cap;
    size_t sheets; /* marked so far */
    mark_styles styles;
    fault *f;
} marking;

/* A part of the copy: as the file has it at first, or (`fresh`) as is given where it lacks it. NULL
 * with the fault. The pointer holds until the next part is asked for. */
static buf *part_of(marking *m, const char *name, const char *fresh) {
    for (size_t i = 0; i < m->parts; i++)
        if (!strcasecmp(buf_string(&m->part[i].name), name)) return &m->part[i].bytes;
    if (!MEM_RESERVE(m->part, m->parts + 1, m->cap)) {
        fault_memory(m->f);
        return NULL;
    }
    changed *c = &m->part[m->parts];
    *c = (changed){BUF_INIT, BUF_INIT};
    m->parts++;
    buf_text(&c->name, name);
    if (fresh && !package_has(m->file, name))
        buf_text(&c->bytes, fresh);
    else if (!package_bytes(m->file, name, &c->bytes, m->f))
        return NULL;
    if (c->bytes.length && memchr(c->bytes.text, 0, c->bytes.length)) {
        fault_at(m->f, FAULT_DATA, &(place){.file = m->path}, "open it, and save it again",
                 "the part %s is not UTF-8: the workbook cannot be marked", name);
        return NULL;
    }
    if (!c->name.failed && !c->bytes.failed) return &c->bytes;
    fault_memory(m->f);
    return NULL;
}

/* Puts a text into another at a place. */
static void insert(buf *b, size_t at, const buf *what) {
    buf out = BUF_INIT;
    buf_put(&out, buf_string(b), at);
    buf_put(&out, buf_string(what), what->length);
    buf_put(&out, buf_string(b) + at, b->length - at);
    out.failed |= b->failed || what->failed;
    buf_release(b);
    *b = out;
}

/* Where the first tag of this name closes (or opens) from `at` on; SIZE_MAX: nowhere. */
static size_t find_tag(const buf *b, size_t at, const char *name, int closes, xml_tag *t) {
    while (xml_next(buf_string(b), b->length, &at, t))
        if (xml_is(t, name) && t->closes == closes) return t->from;
    return SIZE_MAX;
}

/* Makes <list/> to <list></list>, so that something can go in. */
static void open_list(buf *b, const char *name) {
    xml_tag t;
    buf end = BUF_INIT;
    if (find_tag(b, 0, name, 0, &t) == SIZE_MAX || !t.empty) return;
    b->text[t.to - 2] = ' ';
    buf_print(&end, "</%.*s%s>", (int)t.prefix_length, t.prefix, name);
    insert(b, t.to, &end);
    buf_release(&end);
}

/* ---- relations ---- */

/* "xl/worksheets/sheet1.xml" and "../comments1.xml" are "xl/comments1.xml". */
static void resolve(const char *part, const char *target, size_t length, buf *out) {
    const char *slash = strrchr(part, '/'), *end = target + length;
    if (length && *target == '/') {
        buf_put(out, target + 1, length - 1);
        return;
    }
    buf_put(out, part, slash ? (size_t)(slash - part) + 1 : 0);
    while (target < end) {
        size_t n = 0;
        while (target + n < end && target[n] != '/') n++;
        if (n == 2 && !memcmp(target, "..", 2)) {
            if (out->length) out->length--; /* the slash at the end */
            while (out->length && out->text[out->length - 1] != '/') out->length--;
        } else if (n && !(n == 1 && *target == '.')) {
            buf_put(out, target, n);
            if (target + n < end) buf_char(out, '/');
        }
        target += n + (target + n < end);
    }
    if (out->text) out->text[out->length] = 0;
}

static void relations_name(const char *part, buf *out) {
    const char *slash = strrchr(part, '/');
    size_t folder = slash ? (size_t)(slash - part) + 1 : 0;
    buf_put(out, part, folder);
    buf_print(out, "_rels/%s.rels", part + folder);
}

static const char no_relations[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Relationships xmlns=\"" PACKAGE "relationships\"></Relationships>";

/* The target of the relation of a kind ("/comments") that a part has; of those with an id, if that
 * is not NULL. 0: it has none. */
static int find_relation(const buf *relations, const char *part, const char *kind, const char *id,
                         size_t id_length, buf *target) {
    const char *s = buf_string(relations);
    size_t at = 0, from, length, n = strlen(kind);
    xml_tag t;
    while (xml_next(s, relations->length, &at, &t)) {
        if (!xml_is(&t, "Relationship") || !xml_attribute(s, &t, "Type", &from, &length)) continue;
        if (length < n || memcmp(s + from + length - n, kind, n) != 0) continue;
        if (id && (!xml_attribute(s, &t, "Id", &from, &length) || length != id_length ||
                   memcmp(s + from, id, length) != 0))
            continue;
        if (!xml_attribute(s, &t, "Target", &from, &length)) continue;
        resolve(part, s + from, length, target);
        return 1;
    }
    return 0;
}

static void add_relation(buf *relations, const char *id, const char *kind, const char *target) {
    buf b = BUF_INIT;
    xml_tag t;
    open_list(relations, "Relationships");
    size_t at = find_tag(relations, 0, "Relationships", 1, &t);
    if (at == SIZE_MAX) return;
    buf_print(&b, "<%.*sRelationship Id=\"%s\" Type=\"" OFFICE "%s\" Target=\"/%s\"/>",
              (int)t.prefix_length, t.prefix, id, kind, target);
    insert(relations, at, &b);
    buf_release(&b);
}

/* ---- kinds of parts ---- */

static int add_kinds(marking *m, const char *comments) {
    buf *kinds = part_of(m, "[Content_Types].xml", NULL), b = BUF_INIT;
    size_t at = 0, from, length;
    int vml = 0;
    xml_tag t;
    if (!kinds) return 0;
    while (xml_next(buf_string(kinds), kinds->length, &at, &t))
        if (xml_is(&t, "Default") &&
            xml_attribute(buf_string(kinds), &t, "Extension", &from, &length))
            vml |= length == 3 && !strncasecmp(kinds->text + from, "vml", 3);
    at = find_tag(kinds, 0, "Types", 1, &t);
    if (at == SIZE_MAX) return 1;
    if (!vml)
        buf_print(&b,
                  "<%.*sDefault Extension=\"vml\" "
                  "ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>",
                  (int)t.prefix_length, t.prefix);
    if (*comments)
        buf_print(&b,
                  "<%.*sOverride PartName=\"/%s\" ContentType=\"application/"
                  "vnd.openxmlformats-officedocument.spreadsheetml.comments+xml\"/>",
                  (int)t.prefix_length, t.prefix, comments);
    insert(kinds, at, &b);
    int fine = !kinds->failed;
    buf_release(&b);
    return fine || fault_memory(m->f);
}

/* ---- comments ---- */

static const char no_comments[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<comments xmlns=\"" MAIN "\">"
    "<authors><author>assess</author></authors><commentList></commentList></comments>";

static const char no_drawing[] =
    "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" "
    "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
    "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><v:shapetype id=\"_x0000_t202\" "
    "coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">"
    "<v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/>"
    "</v:shapetype></xml>";

/* A run of a comment, its line feeds kept. */
static void put_run(buf *b, const xml_tag *like, const char *before, const char *text) {
    int n = (int)like->prefix_length;
    const char *p = like->prefix;
    buf_print(b, "<%.*sr><%.*st xml:space=\"preserve\">%s", n, p, n, p, before);
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, "\n");
        xml_text(b, at, length);
        at += length;
        if (!*at) break;
        buf_char(b, '\n');
    }
    buf_print(b, "</%.*st></%.*sr>", n, p, n, p);
}

/* The box of a comment. It is hidden until somebody points at the cell. */
static void put_box(buf *b, const mark *x, size_t number) {
    buf_print(b,
              "<v:shape xmlns:v=\"urn:schemas-microsoft-com:vml\" "
              "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
              "xmlns:x=\"urn:schemas-microsoft-com:office:excel\" id=\"assess_%zu\" "
              "type=\"#_x0000_t202\" style=\"position:absolute;visibility:hidden\" "
              "fillcolor=\"#" COLOUR "\" o:insetmode=\"auto\"><v:fill color2=\"#" COLOUR "\"/>"
              "<v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\">"
              "<div style=\"text-align:left\"></div></v:textbox>",
              number);
    buf_print(b,
              "<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, "
              "15, %ld, 2, %d, 31, %ld, 8</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%ld"
              "</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>",
              x->column, x->row - 1, x->column + 4, x->row + 4, x->row - 1, x->column - 1);
}

/* The mark of the cell that a comment belongs to; SIZE_MAX: it has none. */
static size_t mark_of(const char *text, const xml_tag *t, const mark *list, size_t count) {
    char cell[CELL_NAME];
    size_t from, length, low = 0, high = count;
    long row;
    int column;
    if (!xml_attribute(text, t, "ref", &from, &length) || length >= sizeof cell) return SIZE_MAX;
    memcpy(cell, text + from, length);
    cell[length] = 0;
    if (!mark_cell(cell, &row, &column)) return SIZE_MAX;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const mark *m = &list[middle];
        if (m->row < row || (m->row == row && m->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && list[low].row == row && list[low].column == column ? low : SIZE_MAX;
}

/* Puts the texts of marks behind the comments that their cells have; `had` says which these are. */
static void extend_comments(buf *comments, const mark *list, size_t count, unsigned char *had) {
    const char *text = buf_string(comments);
    size_t at = 0, done = 0, which = SIZE_MAX;
    buf out = BUF_INIT;
    xml_tag t;
    while (xml_next(text, comments->length, &at, &t)) {
        if (xml_is(&t, "comment")) which = t.closes ? SIZE_MAX : mark_of(text, &t, list, count);
        if (which == SIZE_MAX || had[which] || !t.closes || !xml_is(&t, "text")) continue;
        buf_put(&out, text + done, t.from - done);
        put_run(&out, &t, "\n", list[which].text);
        done = t.from;
        had[which] = 1;
    }
    buf_put(&out, text + done, comments->length - done);
    out.failed |= comments->failed;
    buf_release(comments);
    *comments = out;
}

static void add_comments(buf *comments, const mark *list, size_t count, const unsigned char *had) {
    char cell[CELL_NAME];
    buf b = BUF_INIT;
    xml_tag t;
    open_list(comments, "commentList");
    size_t at = find_tag(comments, 0, "commentList", 1, &t);
    if (at == SIZE_MAX) return;
    int n = (int)t.prefix_length;
    for (size_t i = 0; i < count; i++) {
        if (had[i]) continue;
        fault_cell_name(list[i].row, list[i].column, cell);
        buf_print(&b, "<%.*scomment ref=\"%s\" authorId=\"0\"><%.*stext>", n, t.prefix, cell, n,
                  t.prefix);
        put_run(&b, &t, "", list[i].text);
        buf_print(&b, "</%.*stext></%.*scomment>", n, t.prefix, n, t.prefix);
    }
    insert(comments, at, &b);
    buf_release(&b);
}

static void add_boxes(buf *drawing, const mark *list, size_t count, const unsigned char *had,
                      size_t first) {
    buf b = BUF_INIT;
    xml_tag t;
    size_t at = find_tag(drawing, 0, "xml", 1, &t);
    if (at == SIZE_MAX) return;
    for (size_t i = 0; i < count; i++)
        if (!had[i]) put_box(&b, &list[i], first + i + 1);
    insert(drawing, at, &b);
    buf_release(&b);
}

/* Names the drawing with the boxes in the sheet; it stands before what the schema has behind it. */
static void add_drawing(buf *sheet, const char *id) {
    static const char *const behind[] = {"legacyDrawingHF", "picture",    "oleObjects", "controls",
                                         "webPublishItems", "tableParts", "extLst"};
    size_t at = 0, where = SIZE_MAX;
    buf b = BUF_INIT;
    xml_tag t, found = {0};
    while (xml_next(buf_string(sheet), sheet->length, &at, &t)) {
        int ends = xml_is(&t, "worksheet") && t.closes;
        for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) ends |= xml_is(&t, behind[i]);
        if (xml_is(&t, "sheetData")) ends = 0;
        if (!ends || where != SIZE_MAX) continue;
        where = t.from;
        found = t;
    }
    if (where == SIZE_MAX) return;
    buf_print(&b, "<%.*slegacyDrawing xmlns:r=\"" OFFICE "\" r:id=\"%s\"/>",
              (int)found.prefix_length, found.prefix, id);
    insert(sheet, where, &b);
    buf_release(&b);
}

/* The parts of comments and boxes of a sheet, which are made where it has none. */
static int find_parts(marking *m, const char *part, buf *comments, buf *drawing) {
    buf name = BUF_INIT, b = BUF_INIT;
    size_t from = 0, length = 0;
    xml_tag t;
    relations_name(part, &name);
    buf *sheet = part_of(m, part, NULL);
    if (sheet && find_tag(sheet, 0, "legacyDrawing", 0, &t) != SIZE_MAX &&
        xml_attribute(buf_string(sheet), &t, "id", &from, &length))
        buf_put(&b, sheet->text + from, length);
    buf *relations = sheet ? part_of(m, buf_string(&name), no_relations) : NULL;
    int fine = relations != NULL;
    if (fine && !find_relation(relations, part, "/comments", NULL, 0, comments)) {
        buf_print(comments, "xl/comments_assess%zu.xml", m->sheets);
        add_relation(relations, "assessComments", "/comments", buf_string(comments));
        fine = add_kinds(m, buf_string(comments));
    }
    relations = fine ? part_of(m, buf_string(&name), no_relations) : NULL;
    fine = relations != NULL;
    if (fine &&
        !(b.length && find_relation(relations, part, "/vmlDrawing", b.text, b.length, drawing))) {
        buf_print(drawing, "xl/drawings/vmlDrawing_assess%zu.vml", m->sheets);
        add_relation(relations, "assessDrawing", "/vmlDrawing", buf_string(drawing));
        fine = add_kinds(m, "") && (sheet = part_of(m, part, NULL)) != NULL;
        if (fine) add_drawing(sheet, "assessDrawing");
    }
    buf_release(&name);
    buf_release(&b);
    return fine && ((!comments->failed && !drawing->failed) || fault_memory(m->f));
}

static int mark_comments(marking *m, const char *part, const mark *list, size_t count) {
    buf name = BUF_INIT, boxes = BUF_INIT, *b;
    unsigned char *had = mem_zero(count + 1, 1);
    int fine = had ? find_parts(m, part, &name, &boxes) : fault_memory(m->f);
    if (fine && (fine = (b = part_of(m, buf_string(&name), no_comments)) != NULL)) {
        extend_comments(b, list, count, had);
        add_comments(b, list, count, had);
        fine = !b->failed || fault_memory(m->f);
    }
    if (fine && (fine = (b = part_of(m, buf_string(&boxes), no_drawing)) != NULL)) {
        add_boxes(b, list, count, had, m->sheets * FAULT_MOST);
        fine = !b->failed || fault_memory(m->f);
    }
    mem_free(had);
    buf_release(&name);
    buf_release(&boxes);
    return fine;
}

/* ---- styles ---- */

/* Changes the count that a list says of itself. */
static void set_count(buf *b, const char *list, long count) {
    xml_tag t;
    size_t from, length;
    buf out = BUF_INIT;
    if (find_tag(b, 0, list, 0, &t) == SIZE_MAX ||
        !xml_attribute(buf_string(b), &t, "count", &from, &length))
        return;
    buf_put(&out, b->text, from);
    buf_print(&out, "%ld", count);
    buf_put(&out, b->text + from + length, b->length - from - length);
    out.failed |= b->failed;
    buf_release(b);
    *b = out;
}

/* How many elements of a name a list has, and where the n-th begins and ends (`of` may be NULL). */
static long count_in(const buf *b, const char *list, const char *name, long n, size_t of[2]) {
    size_t at = 0;
    long count = 0;
    int inside = 0, open = 0;
    xml_tag t;
    while (xml_next(buf_string(b), b->length, &at, &t)) {
        if (xml_is(&t, list)) inside = !t.closes && !t.empty;
        if (!inside || !xml_is(&t, name)) continue;
        if (of && count - open == n && !t.closes) of[0] = t.from;
        if (of && (t.closes || t.empty) && count - open == n) of[1] = t.to;
        if (!t.closes) count++;
        open = !t.closes && !t.empty;
    }
    return count;
}

/* Puts a style in the colour of marks: a copy of another with the fill `fill`. */
static void put_style(const buf *b, long base, long fill, buf *to) {
    size_t of[2] = {0, 0}, at = 0, from, length;
    count_in(b, "cellXfs", "xf", base, of);
    buf own = BUF_INIT, id = BUF_INIT;
    if (of[1] > of[0]) buf_put(&own, b->text + of[0], of[1] - of[0]);
    if (!own.length) buf_text(&own, "<xf/>");
    xml_tag t;
    xml_next(own.text, own.length, &at, &t);
    if (xml_attribute(own.text, &t, "applyFill", &from, &length)) {
        memset(own.text + from, '0', length);
        if (length) own.text[from + length - 1] = '1';
    } else {
        buf_text(&id, " applyFill=\"1\"");
    }
    if (!xml_attribute(own.text, &t, "fillId", &from, &length)) {
        buf_print(&id, " fillId=\"%ld\"", fill);
        insert(&own, (size_t)(t.name + t.length - own.text), &id);
    } else {
        buf_put(to, own.text, (size_t)(t.name + t.length - own.text));
        buf_text(to, buf_string(&id));
        size_t name_end = (size_t)(t.name + t.length - own.text);
        buf_put(to, own.text + name_end, from - name_end);
        buf_print(to, "%ld", fill);
        buf_put(to, own.text + from + length, own.length - from - length);
        own.length = 0;
    }
    buf_put(to, buf_string(&own), own.length);
    to->failed |= own.failed || id.failed;
    buf_release(&own);
    buf_release(&id);
}

static int add_styles(marking *m, const char *part) {
    if (!m->styles.count) return 1;
    buf *b = part_of(m, part, NULL), fill = BUF_INIT, all = BUF_INIT;
    xml_tag t;
    if (!b) return 0;
    long fills = count_in(b, "fills", "fill", 0, NULL);
    for (size_t i = 0; i < m->styles.count; i++) put_style(b, m->styles.base[i], fills, &all);
    size_t at = find_tag(b, 0, "cellXfs", 1, &t);
    insert(b, at, &all);
    set_count(b, "cellXfs", m->styles.first + (long)m->styles.count);
    at = find_tag(b, 0, "fills", 1, &t);
    buf_print(&fill,
              "<%.*sfill><%.*spatternFill patternType=\"solid\"><%.*sfgColor rgb=\"FF" COLOUR
              "\"/></%.*spatternFill></%.*sfill>",
              (int)t.prefix_length, t.prefix, (int)t.prefix_length, t.prefix, (int)t.prefix_length,
              t.prefix, (int)t.prefix_length, t.prefix, (int)t.prefix_length, t.prefix);
    insert(b, at, &fill);
    set_count(b, "fills", fills + 1);
    int fine = !b->failed;
    buf_release(&fill);
    buf_release(&all);
    return fine || fault_memory(m->f);
}

/* The number of the first style of ours; none where the file has no lists to put it into. */
static int open_styles(marking *m, const char *part) {
    xml_tag t;
    m->styles.first = -1;
    if (!*part) return 1;
    const buf *b = part_of(m, part, NULL);
    if (!b) return 0;
    if (find_tag(b, 0, "fills", 1, &t) != SIZE_MAX && find_tag(b, 0, "cellXfs", 1, &t) != SIZE_MAX)
        m->styles.first = count_in(b, "cellXfs", "xf", 0, NULL);
    return 1;
}

/* ---- the copy ---- */

static int mark_sheet(marking *m, const char *part, const mark *list, size_t count) {
    buf *sheet = part_of(m, part, NULL), out = BUF_INIT;
    if (!sheet) return 0;
    m->sheets++;
    mark_cells(sheet, list, count, &m->styles, &out);
    out.failed |= m->styles.failed || sheet->failed;
    buf_release(sheet);
    *sheet = out;
    return (!out.failed || fault_memory(m->f)) && mark_comments(m, part, list, count);
}

static int compare(const void *x, const void *y) {
    const mark *a = x, *b = y;
    int sheet = strcmp(a->sheet, b->sheet);
    return sheet                    ? sheet
           : a->row != b->row       ? (a->row < b->row ? -1 : 1)
           : a->column != b->column ? (a->column < b->column ? -1 : 1)
                                    : strcmp(a->text, b->text);
}

/* Sorts the marks and joins those of one cell; returns how many are left. */
static size_t join(mark *list, size_t count, arena *memory) {
    size_t kept = 0;
    if (count) qsort(list, count, sizeof *list, compare);
    for (size_t i = 0; i < count; i++) {
        mark *last = kept ? &list[kept - 1] : NULL;
        if (!last || strcmp(last->sheet, list[i].sheet) || last->row != list[i].row ||
            last->column != list[i].column) {
            list[kept++] = list[i];
        } else if (strcmp(last->text, list[i].text) != 0) {
            const char *both = arena_print(memory, "%s\n%s", last->text, list[i].text);
            if (both) last->text = both;
        }
    }
    return kept;
}

static int write_copy(marking *m, buf *to) {
    char name[PACKAGE_NAME];
    zip_out *z = zip_out_open(to, m->f);
    if (!z) return 0;
    unsigned char *written = mem_zero(m->parts + 1, 1);
    int fine = written ? 1 : fault_memory(m->f);
    for (int first = 1; fine && package_name(m->file, first, name); first = 0) {
        size_t n = strlen(name), i = 0;
        if (!n || name[n - 1] == '/') continue;
        while (i < m->parts && strcasecmp(buf_string(&m->part[i].name), name) != 0) i++;
        if (i < m->parts) {
            written[i] = 1;
            fine =
                zip_out_add(z, name, buf_string(&m->part[i].bytes), m->part[i].bytes.length, m->f);
            continue;
        }
        buf b = BUF_INIT;
        fine = package_bytes(m->file, name, &b, m->f) &&
               zip_out_add(z, name, buf_string(&b), b.length, m->f);
        buf_release(&b);
    }
    for (size_t i = 0; fine && i < m->parts; i++)
        if (!written[i])
            fine = zip_out_add(z, buf_string(&m->part[i].name), buf_string(&m->part[i].bytes),
                               m->part[i].bytes.length, m->f);
    mem_free(written);
    return zip_out_close(z, m->f) && fine;
}

int mark_workbook(const char *path, const char *bytes, size_t length, mark *list, size_t *cells,
                  buf *to, fault *f) {
    marking m = {.path = path, .f = f};
    arena memory = ARENA_INIT;
    buf styles = BUF_INIT;
    size_t count = *cells = join(list, *cells, &memory);
    m.file = package_open(path, bytes, length, f);
    int fine = m.file != NULL;
    for (size_t i = 0, end; fine && i < count; i = end) {
        buf part = BUF_INIT;
        for (end = i + 1; end < count && !strcmp(list[end].sheet, list[i].sheet); end++) continue;
        buf_clear(&styles);
        fine = workbook_parts(path, bytes, length, list[i].sheet, &part, &styles, f) &&
               (i || open_styles(&m, buf_string(&styles))) &&
               mark_sheet(&m, buf_string(&part), list + i, end - i);
        buf_release(&part);
    }
    fine = fine && add_styles(&m, buf_string(&styles)) && write_copy(&m, to);
    for (size_t i = 0; i < m.parts; i++) {
        buf_release(&m.part[i].name);
        buf_release(&m.part[i].bytes);
    }
    package_close(m.file);
    mem_free(m.part);
    mem_free(m.styles.base);
    buf_release(&styles);
    arena_release(&memory);
    return fine;
}
