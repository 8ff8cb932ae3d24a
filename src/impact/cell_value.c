/* A text as the value of a cell: what would be read if it stood in the CSV file, with the same
 * units of measure, missing markers and bounds. */
#include <string.h>

#include "base/decimal.h"
#include "impact/cells.h"
#include "table/date.h"
#include "table/number.h"

/* The table behind a cell, and the column it stands in. */
static const dataset *table_of(const finder *w, const assess_cell *c, const char **column) {
    const char *name = c->data->name + 5, *dot = strchr(name, '.');
    const datasets *all = &w->a->s->data;
    *column = dot ? dot + 1 : "";
    for (size_t i = 0; i < all->count; i++) {
        const dataset *d = all->item[i];
        size_t n = strlen(d->spec.name);
        if (strncmp(d->spec.name, name, n) != 0 || (name[n] && name[n] != '.'))
            continue;
        if (!dot)
            *column = d->wide ? c->id : d->spec.value ? d->spec.value : "";
        return d;
    }
    return NULL;
}

static const char *kept(const finder *w, buf *b) {
    const char *out = session_keep(w->a, buf_string(b));
    buf_release(b);
    return out;
}

static int refuse(finder *w, const char *address, const char *text, const char *what, buf *reason,
                  buf *hint) {
    const char *because = kept(w, reason), *help = kept(w, hint);
    return fault_at(w->f, FAULT_USAGE, NULL, *help ? help : NULL,
                    *because ? "%s=%s: this is no %s: %s" : "%s=%s: this is no %s%s", address, text,
                    what, because);
}

static int within(finder *w, const dataset *d, const char *column, const char *address,
                  const char *text, double x) {
    for (size_t i = 0; d && i < d->spec.checks; i++) {
        const ds_check *c = &d->spec.check[i];
        double bound[2] = { c->bound[0], c->bound[1] };
        if (c->axis || strcmp(c->column, column) != 0)
            continue;
        for (int k = 0; k < 2; k++)
            if (c->day[k] && date_read(c->day[k], strlen(c->day[k]), &bound[k]) != DATE_OK)
                return 1;
        if (x >= bound[0] && x <= bound[1])
            continue;
        char shown[2][40];
        for (int k = 0; k < 2; k++)
            shown[k][decimal_write(bound[k], shown[k])] = 0;
        return fault_at(w->f, FAULT_USAGE, NULL, NULL, "%s=%s: the rules let '%s' be from %s to %s",
                        address, text, column, c->day[0] ? c->day[0] : shown[0],
                        c->day[1] ? c->day[1] : shown[1]);
    }
    return 1;
}

int cell_read(finder *w, const assess_cell *c, const char *address, const char *text,
              double *value) {
    const char *column, *unit = NULL;
    const dataset *d = table_of(w, c, &column);
    size_t length = strlen(text);
    buf reason = BUF_INIT, hint = BUF_INIT;
    *value = EX_NAN;
    for (size_t i = 0; d && i < d->spec.wants; i++)
        if (!strcmp(d->spec.want[i].name, column))
            unit = d->spec.want[i].unit;
    const number_form form =
        number_form_of(unit, d ? d->spec.missing : NULL, d ? d->spec.missings : 0);
    if (c->data->kind == ASSESS_TEXT) {
        uint32_t own = *text ? pool_put(w->a->h->strings, text, length) : 0;
        *value = own ? own : EX_NAN;
        return own || !*text ? 1 : fault_memory(w->f);
    }
    if (number_missing(&form, text, length))
        return 1;
    if (c->data->kind == ASSESS_DATE) {
        if (date_read(text, length, value) == DATE_OK)
            return within(w, d, column, address, text, *value);
        date_explain(text, length, &reason, &hint);
        return refuse(w, address, text, "date", &reason, &hint);
    }
    if (number_read(&form, text, length, value) == NUMBER_OK)
        return within(w, d, column, address, text, *value);
    number_explain(&form, text, length, &reason, &hint);
    return refuse(w, address, text, "number", &reason, &hint);
}
