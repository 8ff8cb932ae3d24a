/* The rows of a table without keys: their labels, and what their cells hold. */
#include "base/mem.h"
#include "rule/dataset.h"

int dataset_row_labels(datasets *d, dataset *t, uint32_t *label, fault *f) {
    const tb_column *c = t->spec.label ? tb_column_named(t->table, t->spec.label) : NULL;
    size_t rows = tb_rows(t->table);
    int fine = 1;
    if (t->spec.label && !c) {
        place at = tb_place(t->table, tb_header_line(t->table), t->spec.label);
        return fault_at(f, FAULT_DATA, &at, NULL, "there is no column '%s'", t->spec.label);
    }
    if (!c)
        return rows <= UINT32_MAX && pool_numbers(d->m->strings, (uint32_t)rows, label)
                   ? 1
                   : fault_memory(f);
    uint32_t *first = mem_zero((size_t)pool_count(d->m->strings) + 1, sizeof *first);
    if (!first) return fault_memory(f);
    for (size_t r = 0; r < rows; r++) {
        label[r] = c->value[r] == c->value[r] ? (uint32_t)c->value[r] : 0;
        if (!label[r])
            fine = tb_fault(t->table, r, c, NULL, f, "the row has no label");
        else if (first[label[r]])
            fine = tb_fault(t->table, r, c, NULL, f, "'%s' is the label of line %ld already",
                            pool_text(d->m->strings, label[r]),
                            tb_line(t->table, first[label[r]] - 1));
        else
            first[label[r]] = (uint32_t)r + 1;
    }
    mem_free(first);
    return fine;
}

void dataset_count_cells(dataset *t) {
    size_t rows = tb_rows(t->table);
    t->present = t->absent = t->left = 0;
    for (size_t i = 0; i < tb_columns(t->table); i++) {
        const tb_column *c = tb_column_at(t->table, i);
        t->left += c->left != 0;
        if (c->kind == TB_SKIP) continue;
        t->present += rows - c->missing;
        t->absent += c->missing;
    }
}
