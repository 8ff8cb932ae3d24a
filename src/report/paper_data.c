/* A paper for programs: CSV and JSON. */
#include <string.h>

#include "report/json_out.h"
#include "report/paper.h"
#include "table/csv_out.h"

/* ---- CSV ---- */

/* Numbers, truths and dates need no guard against spreadsheets. */
static void field(csv_out *o, const paper_cell *c) {
    if (!c->plain) {
        csv_out_missing(o);
        return;
    }
    int guard = o->guard;
    if (c->bare) o->guard = 0;
    csv_out_string(o, c->plain);
    o->guard = guard;
}

void paper_to_csv(const paper *p, buf *to) {
    csv_out o = csv_out_to(to, ',', 1);
    static const char *const heads[] = {"block", "line", "column", "value"};
    for (size_t i = 0; i < 4; i++) csv_out_string(&o, heads[i]);
    csv_out_end(&o);
    for (size_t i = 0; i < p->blocks; i++) {
        const paper_block *b = &p->block[i];
        for (size_t k = 0; k < b->cells; k++) {
            csv_out_string(&o, b->id);
            csv_out_number(&o, b->columns ? (double)(k / b->columns + 1) : 1);
            csv_out_string(&o, b->columns ? b->column[k % b->columns].id : "text");
            field(&o, &b->cell[k]);
            csv_out_end(&o);
        }
    }
}

void paper_to_csv_list(const paper *p, buf *to) {
    csv_out o = csv_out_to(to, ',', 1);
    int begun = 0;
    for (size_t i = 0; i < p->blocks; i++) {
        const paper_block *b = &p->block[i];
        if (!b->listed) continue;
        if (!begun++) {
            if (p->group) csv_out_string(&o, p->group);
            for (size_t k = 0; k < b->columns; k++) csv_out_string(&o, b->column[k].id);
            csv_out_end(&o);
        }
        for (size_t k = 0; k < b->cells; k++) {
            if (p->group && k % b->columns == 0) csv_out_string(&o, b->id);
            field(&o, &b->cell[k]);
            if ((k + 1) % b->columns == 0) csv_out_end(&o);
        }
    }
}

/* ---- JSON ---- */

static void value(sink *to, const paper_cell *c) {
    if (!c->plain)
        sink_text(to, "null");
    else if (c->bare)
        sink_text(to, c->plain);
    else
        json_put_text(to, c->plain);
}

/* A row as an object; of the list, with what its table is called first. */
static void object(sink *to, const paper *p, const paper_block *b, size_t row) {
    sink_char(to, '{');
    if (b->listed && p->group) {
        json_put_text(to, p->group);
        sink_text(to, ": ");
        json_put_text(to, b->id);
    }
    for (size_t k = 0; k < b->columns; k++) {
        if (k || (b->listed && p->group)) sink_text(to, ", ");
        json_put_text(to, b->column[k].id);
        sink_text(to, ": ");
        value(to, &b->cell[row * b->columns + k]);
    }
    sink_char(to, '}');
}

static void rows(sink *to, const paper *p, const paper_block *b, int *begun) {
    for (size_t r = 0; r < b->cells / b->columns; r++) {
        sink_text(to, (*begun)++ ? ",\n  " : "\n  ");
        object(to, p, b, r);
    }
}

void paper_to_json(const paper *p, sink *to) {
    int begun;
    sink_print(to, "{\n \"schema\": \"assess-%s\",\n \"schema_version\": 1,\n \"title\": ", p->kind);
    json_put_text(to, p->title);
    for (size_t i = 0; i < p->blocks; i++) {
        const paper_block *b = &p->block[i];
        if (b->listed) continue;
        sink_text(to, ",\n ");
        json_put_text(to, b->id);
        sink_text(to, ": ");
        if (b->kind == PAPER_NOTE) value(to, b->cell);
        if (b->kind == PAPER_FACTS) object(to, p, b, 0);
        if (b->kind != PAPER_TABLE) continue;
        sink_char(to, '[');
        begun = 0;
        rows(to, p, b, &begun);
        sink_text(to, begun ? "\n ]" : "]");
    }
    if (p->list) {
        sink_text(to, ",\n ");
        json_put_text(to, p->list);
        sink_text(to, ": [");
        begun = 0;
        for (size_t i = 0; i < p->blocks; i++)
            if (p->block[i].listed) rows(to, p, &p->block[i], &begun);
        sink_text(to, begun ? "\n ]" : "]");
    }
    sink_text(to, "\n}\n");
}
