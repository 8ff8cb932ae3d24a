/* A document for programs: CSV and JSON. */
#include <string.h>

#include "report/json_out.h"
#include "report/document.h"
#include "table/csv_out.h"

/* ---- CSV ---- */

/* Numbers, truths and dates need no guard against spreadsheets. */
static void field(csv_out *o, const document_cell *c) {
    if (!c->plain) {
        csv_out_missing(o);
        return;
    }
    int guard = o->guard;
    if (c->bare) o->guard = 0;
    csv_out_string(o, c->plain);
    o->guard = guard;
}

void document_to_csv(const document *p, buf *to) {
    csv_out o = csv_out_to(to, ',', 1);
    static const char *const heads[] = {"block", "line", "column", "value"};
    for (size_t i = 0; i < 4; i++) csv_out_string(&o, heads[i]);
    csv_out_end(&o);
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        for (size_t k = 0; k < b->cells; k++) {
            csv_out_string(&o, b->id);
            csv_out_number(&o, b->columns ? (double)(k / b->columns + 1) : 1);
            csv_out_string(&o, b->columns ? b->column[k % b->columns].id : "text");
            field(&o, &b->cell[k]);
            csv_out_end(&o);
        }
    }
}

void document_to_csv_list(const document *p, buf *to) {
    csv_out o = csv_out_to(to, ',', 1);
    int begun = 0;
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
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

static void value(sink *to, const document_cell *c) {
    if (!c->plain)
        output_text(to, "null");
    else if (c->bare)
        output_text(to, c->plain);
    else
        json_put_text(to, c->plain);
}

/* A row as an object; of the list, with what its table is called first. */
static void object(sink *to, const document *p, const document_block *b, size_t row) {
    output_char(to, '{');
    if (b->listed && p->group) {
        json_put_text(to, p->group);
        output_text(to, ": ");
        json_put_text(to, b->id);
    }
    for (size_t k = 0; k < b->columns; k++) {
        if (k || (b->listed && p->group)) output_text(to, ", ");
        json_put_text(to, b->column[k].id);
        output_text(to, ": ");
        value(to, &b->cell[row * b->columns + k]);
    }
    output_char(to, '}');
}

static void rows(sink *to, const document *p, const document_block *b, int *begun) {
    for (size_t r = 0; r < b->cells / b->columns; r++) {
        output_text(to, (*begun)++ ? ",\n  " : "\n  ");
        object(to, p, b, r);
    }
}

void document_to_json(const document *p, sink *to) {
    int begun;
    output_print(to,
                 "{\n \"schema\": \"assess-%s\",\n \"schema_version\": 1,\n \"title\": ", p->kind);
    json_put_text(to, p->title);
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        if (b->listed) continue;
        output_text(to, ",\n ");
        json_put_text(to, b->id);
        output_text(to, ": ");
        if (b->kind == PAPER_NOTE) value(to, b->cell);
        if (b->kind == PAPER_FACTS) object(to, p, b, 0);
        if (b->kind != PAPER_TABLE) continue;
        output_char(to, '[');
        begun = 0;
        rows(to, p, b, &begun);
        output_text(to, begun ? "\n ]" : "]");
    }
    if (p->list) {
        output_text(to, ",\n ");
        json_put_text(to, p->list);
        output_text(to, ": [");
        begun = 0;
        for (size_t i = 0; i < p->blocks; i++)
            if (p->block[i].listed) rows(to, p, &p->block[i], &begun);
        output_text(to, begun ? "\n ]" : "]");
    }
    output_text(to, "\n}\n");
}
