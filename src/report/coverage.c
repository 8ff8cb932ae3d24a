#include "report/coverage.h"

#include "base/buf.h"
#include "report/view.h"

double coverage_percent(const coverage *c) {
    size_t all = coverage_count(c);
    return all ? 100.0 * (double)coverage_covered(c) / (double)all : 100;
}

static void put_item(buf *b, const coverage_item *it) {
    buf_print(b, "%s:%ld: ", it->file, it->line);
    switch (it->kind) {
    case COVER_STAGE: buf_print(b, "no test looks at stage '%s'", it->name); break;
    case COVER_LEAF: buf_print(b, "%s decides nothing that is tested", it->name); break;
    case COVER_BRANCH: buf_print(b, "never %s where it is tested: %s", it->side, it->name); break;
    case COVER_LEVEL: buf_print(b, "no tested text reaches level '%s'", it->name); break;
    }
    if (it->nth) buf_print(b, " (the same, number %u)", it->nth + 1);
}

void coverage_say(const coverage *c, void (*line)(void *self, const char *text), void *self) {
    buf b = BUF_INIT;
    size_t all = coverage_count(c);
    for (size_t i = 0; i < all; i++) {
        if (coverage_at(c, i)->covered) continue;
        buf_clear(&b);
        put_item(&b, coverage_at(c, i));
        line(self, buf_string(&b));
    }
    buf_clear(&b);
    buf_print(&b, "protected by tests: %zu of %zu leaves, stages, branches and levels, ",
              coverage_covered(c), all);
    view_number(&b, coverage_percent(c), 1);
    buf_text(&b, " %");
    line(self, buf_string(&b));
    if (coverage_unused(c)) {
        buf_clear(&b);
        size_t n = coverage_unused(c);
        buf_print(&b, "not counted: %zu lea%s that no result hangs on", n, n == 1 ? "f" : "ves");
        line(self, buf_string(&b));
    }
    buf_release(&b);
}

json_t *coverage_json(const coverage *c) {
    json_t *root = json_object(), *list = json_array();
    json_object_set_new(root, "percent", json_real(coverage_percent(c)));
    json_object_set_new(root, "protected", json_integer((json_int_t)coverage_covered(c)));
    json_object_set_new(root, "items", json_integer((json_int_t)coverage_count(c)));
    json_object_set_new(root, "unused_leaves", json_integer((json_int_t)coverage_unused(c)));
    for (size_t i = 0; i < coverage_count(c); i++) {
        const coverage_item *it = coverage_at(c, i);
        json_t *o = it->covered ? NULL : json_object();
        if (!o) continue;
        json_object_set_new(o, "kind", json_string(coverage_kind_text(it->kind)));
        json_object_set_new(o, "file", json_string(it->file));
        json_object_set_new(o, "line", json_integer(it->line));
        json_object_set_new(o, "name", json_string(it->name));
        if (*it->side) json_object_set_new(o, "side", json_string(it->side));
        if (it->nth) json_object_set_new(o, "number", json_integer(it->nth + 1));
        json_array_append_new(list, o);
    }
    json_object_set_new(root, "unprotected", list);
    return root;
}
