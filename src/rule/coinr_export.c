#include "rule/coinr.h"

#include <string.h>

#include "base/decimal.h"
#include "base/files.h"
#include "base/mem.h"
#include "table/csv_out.h"

static int is_one_of(const char *name, const char *const *list) {
    for (; *list; list++)
        if (!strcmp(*list, name)) return 1;
    return 0;
}

/* ---- iMeta ---- */

/* The attributes that become columns: names of leaves, each once. */
typedef struct attributes {
    const char *name[64];
    size_t count;
} attributes;

static attributes attributes_of(const model *m) {
    static const char *const others[] = {"weight", "better", "score", "cite", "note", NULL};
    /* COINr's own columns first, the others as they come. */
    attributes a = {.count = 0};
    static const char *const first[] = {"unit", "target", "denominator", NULL};
    for (size_t f = 0; first[f]; f++)
        for (size_t i = 0; i < m->leaves; i++)
            if (m->leaf[i].element >= 0 && m->leaf[i].stage < 0 &&
                !strcmp(m->leaf[i].name, first[f])) {
                a.name[a.count++] = first[f];
                break;
            }
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        size_t k = 0;
        if (l->element < 0 || l->stage >= 0 || l->value.kind == MD_METHOD ||
            is_one_of(l->name, others))
            continue;
        while (k < a.count && strcmp(a.name[k], l->name) != 0) k++;
        if (k == a.count && a.count < sizeof a.name / sizeof *a.name) a.name[a.count++] = l->name;
    }
    return a;
}

static const md_leaf *leaf_of(const model *m, int element, const char *name) {
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element == element && m->leaf[i].stage < 0 && !strcmp(m->leaf[i].name, name))
            return &m->leaf[i];
    return NULL;
}

/* The weight an element has, also where it is that of its children. */
static double weight_of(const model *m, const double *const *weights, int element) {
    for (int k = 0; k + 1 < m->levels; k++) {
        const md_array *weight = &m->array[m->level_weight[k]];
        size_t labels = ax_get(m->space, m->level_axis[k])->size;
        for (size_t i = 0; weights && weights[k] && i < labels; i++)
            if (m->member[k][i] == element) return weights[k][i];
        for (size_t i = 0; i < weight->size; i++)
            if (m->member[k][i] == element) return weight->value[i];
    }
    return 1;
}

static void put_value(csv_out *o, const md_leaf *l) {
    if (!l)
        csv_out_string(o, "NA");
    else if (l->value.kind == MD_NUMBER)
        csv_out_number(o, l->value.number);
    else if (l->value.kind == MD_TRUTH)
        csv_out_string(o, l->value.number != 0 ? "TRUE" : "FALSE");
    else if (l->value.kind == MD_DATE)
        csv_out_date(o, l->value.number);
    else
        csv_out_string(o, l->value.text);
}

static void put_element(csv_out *o, const model *m, const attributes *a,
                        const double *const *weights, int number) {
    const md_element *e = &m->element[number];
    const md_leaf *better = leaf_of(m, number, "better");
    csv_out_number(o, e->indicator ? 1 : m->levels - e->depth);
    csv_out_string(o, e->id);
    csv_out_string(o, e->name);
    csv_out_number(o, better && !strcmp(better->value.text, "lower") ? -1 : 1);
    double weight = weight_of(m, weights, number);
    if (weight == weight)
        csv_out_number(o, weight);
    else
        csv_out_string(o, "NA");
    csv_out_string(o, e->parent < 0 ? "NA" : m->element[e->parent].id);
    csv_out_string(o, e->indicator ? "Indicator" : "Aggregate");
    /* The root is where the address of an element is "index"; its id stands in no address. */
    for (size_t i = 0; i < a->count; i++) put_value(o, leaf_of(m, number, a->name[i]));
    csv_out_end(o);
}

static int is_denominator(const model *m, const char *name) {
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element >= 0 && !strcmp(m->leaf[i].name, "denominator") &&
            m->leaf[i].value.text && !strcmp(m->leaf[i].value.text, name))
            return 1;
    return 0;
}

/* Is every text of a carried column a number? */
static int holds_numbers(const pool *strings, const double *value, size_t count) {
    for (size_t i = 0; i < count; i++) {
        double x;
        const char *text = value[i] == value[i] ? pool_text(strings, (uint32_t)value[i]) : "NA";
        if (strcmp(text, "NA") != 0 && decimal_read(text, strlen(text), &x) != DECIMAL_OK) return 0;
    }
    return 1;
}

static const char *const own_columns[] = {"uCode", "uName", "Time", NULL};

static int put_outside(csv_out *o, const model *m, const attributes *a, datasets *d, dataset *s,
                       size_t which, fault *f) {
    const char *name = s->spec.carry[which];
    const double *value = dataset_carried(d, s, which, f);
    if (!value) return 0;
    int numbers = holds_numbers(m->strings, value, s->places);
    csv_out_string(o, "NA");
    csv_out_string(o, name);
    csv_out_string(o, name);
    for (int i = 0; i < 3; i++) csv_out_string(o, "NA");
    csv_out_string(o, is_denominator(m, name) ? "Denominator" : numbers ? "Other" : "Group");
    for (size_t i = 0; i < a->count; i++) csv_out_string(o, "NA");
    csv_out_end(o);
    return 1;
}

static int write_metadata(const model *m, datasets *d, dataset *s, int carried,
                          const double *const *weights, buf *out, fault *f) {
    static const char *const heads[] = {"Level",  "iCode",  "iName", "Direction",
                                        "Weight", "Parent", "Type",  NULL};
    csv_out o = csv_out_to(out, ',', 0);
    attributes a = attributes_of(m);
    for (size_t i = 0; heads[i]; i++) csv_out_string(&o, heads[i]);
    for (size_t i = 0; i < a.count; i++)
        csv_out_string(&o, !strcmp(a.name[i], "unit")          ? "Unit"
                           : !strcmp(a.name[i], "target")      ? "Target"
                           : !strcmp(a.name[i], "denominator") ? "Denominator"
                                                               : a.name[i]);
    csv_out_end(&o);
    for (int level = 1; level <= m->levels; level++)
        for (int i = 0; i < m->elements; i++)
            if (level == (m->element[i].indicator ? 1 : m->levels - m->element[i].depth))
                put_element(&o, m, &a, weights, i);
    for (size_t i = 0; carried && i < s->spec.carries; i++)
        if (!is_one_of(s->spec.carry[i], own_columns) && !put_outside(&o, m, &a, d, s, i, f))
            return 0;
    return !out->failed || fault_memory(f);
}

/* ---- iData ---- */

typedef struct values {
    const model *m;
    const assess_array *x;
    int unit, year, leaf; /* axes of x, or -1 */
    const dataset *s;
    int carried;
    const double **text; /* of the carried columns */
} values;

static double value_at(const values *v, size_t unit, size_t year, size_t leaf) {
    const assess_array *x = v->x;
    size_t at = unit * x->stride[v->unit] + leaf * x->stride[v->leaf];
    return x->value[at + (v->year >= 0 ? year * x->stride[v->year] : 0)];
}

static const char *label(const values *v, int axis, size_t i) {
    return pool_text(v->m->strings, ax_get(v->m->space, v->x->axis[axis].id)->label[i]);
}

static void put_carried(csv_out *o, const values *v, size_t which, size_t unit, size_t year) {
    const ax_space *space = v->m->space;
    size_t at = unit * ax_stride(space, v->s->keyed, v->x->axis[v->unit].id);
    if (v->year >= 0 && (v->s->keyed & AX_BIT(v->x->axis[v->year].id)))
        at += year * ax_stride(space, v->s->keyed, v->x->axis[v->year].id);
    double value = v->text[which][at];
    csv_out_string(o, value == value ? pool_text(v->m->strings, (uint32_t)value) : "NA");
}

static int some_value(const values *v, size_t unit, size_t year) {
    for (size_t i = 0; i < v->x->axis[v->leaf].size; i++)
        if (value_at(v, unit, year, i) == value_at(v, unit, year, i)) return 1;
    return v->year < 0;
}

static int write_data(const values *v, datasets *d, dataset *s, buf *out, fault *f) {
    csv_out o = csv_out_to(out, ',', 0);
    size_t units = v->x->axis[v->unit].size, years = v->year >= 0 ? v->x->axis[v->year].size : 1;
    csv_out_string(&o, "uCode");
    if (v->year >= 0) csv_out_string(&o, "Time");
    for (size_t i = 0; v->carried && i < s->spec.carries; i++) {
        csv_out_string(&o, s->spec.carry[i]);
        v->text[i] = dataset_carried(d, s, i, f);
        if (!v->text[i]) return 0;
    }
    for (size_t i = 0; i < v->x->axis[v->leaf].size; i++) csv_out_string(&o, label(v, v->leaf, i));
    csv_out_end(&o);
    for (size_t u = 0; u < units; u++)
        for (size_t y = 0; y < years; y++) {
            if (!some_value(v, u, y)) continue;
            csv_out_string(&o, label(v, v->unit, u));
            if (v->year >= 0) csv_out_string(&o, label(v, v->year, y));
            for (size_t i = 0; v->carried && i < s->spec.carries; i++) put_carried(&o, v, i, u, y);
            for (size_t i = 0; i < v->x->axis[v->leaf].size; i++) {
                double x = value_at(v, u, y, i);
                if (x == x)
                    csv_out_number(&o, x);
                else
                    csv_out_string(&o, "NA");
            }
            csv_out_end(&o);
        }
    return !out->failed || fault_memory(f);
}

int coinr_export(const model *m, datasets *d, dataset *s, const assess_array *x,
                 const double *const *weights, const char *folder, fault *f) {
    values v = {.m = m, .x = x, .unit = -1, .year = -1, .leaf = -1, .s = s};
    for (int k = 0; k < x->axes; k++)
        *(!strcmp(x->axis[k].name, "unit")   ? &v.unit
          : !strcmp(x->axis[k].name, "year") ? &v.year
                                             : &v.leaf) = k;
    if (v.unit < 0 || v.leaf < 0 || x->axes != 2 + (v.year >= 0))
        return fault_set(f, FAULT_RULE,
                         "data.%s is not over unit and indicators (and perhaps year)",
                         s->spec.name);
    v.carried =
        !(s->keyed & AX_BIT(x->axis[v.leaf].id)); /* in the long form texts go with each figure */
    buf meta = BUF_INIT, data = BUF_INIT;
    v.text = mem_zero(s->spec.carries + 1, sizeof *v.text);
    if (!v.text) return fault_memory(f);
    int fine = write_metadata(m, d, s, v.carried, weights, &meta, f) && write_data(&v, d, s, &data, f);
    if (fine) {
        const file_item item[] = {{"iMeta.csv", buf_string(&meta), meta.length},
                                  {"iData.csv", buf_string(&data), data.length}};
        fine = files_write_all(folder, item, 2, f);
    }
    mem_free(v.text);
    buf_release(&meta);
    buf_release(&data);
    return fine;
}
