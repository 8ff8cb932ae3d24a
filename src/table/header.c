#include "table/header.h"

#include <string.h>

#include "base/mem.h"
#include "table/number.h"

enum { LOOK_RECORDS = 60, MOST_FIELDS = 10000 };

int header_year(const char *text, size_t length) {
    int year = 0;
    for (size_t i = 0; i < 4; i++) {
        if (i >= length || text[i] < '0' || text[i] > '9') return 0;
        year = year * 10 + (text[i] - '0');
    }
    return year >= 1800 && year <= 2100 && !(length > 4 && text[4] >= '0' && text[4] <= '9');
}

/* Is it a number, or missing, as anybody writes it? */
static number_found reads(const char *text, size_t length) {
    double ignored;
    number_form points = number_form_of("%,", NULL, 0), commas = number_form_of("%", NULL, 0);
    commas.decimal = ',';
    number_found found = number_read(&points, text, length, &ignored);
    return found != NUMBER_BAD ? found : number_read(&commas, text, length, &ignored);
}

void header_count(header_record *k, const char *text, size_t length) {
    k->fields++;
    if (!length) return;
    number_found found = reads(text, length);
    int year = length == 4 && header_year(text, length);
    k->used++;
    k->first |= k->fields == 1;
    k->numbers += found == NUMBER_OK && !year;
    k->words += found == NUMBER_BAD && k->fields > 1;
}

size_t header_fields(const header_record *record, size_t count) {
    size_t best = 0, most = 0, longest = 0;
    for (size_t i = 0; i < count; i++)
        if (record[i].fields <= MOST_FIELDS && record[i].fields > longest)
            longest = record[i].fields;
    size_t *records = mem_zero(longest + 1, sizeof *records);
    for (size_t i = 0; records && i < count; i++) {
        size_t n = record[i].fields;
        if (n > MOST_FIELDS) continue;
        records[n]++;
        if (records[n] > most || (records[n] == most && n > best)) {
            most = records[n];
            best = n;
        }
    }
    mem_free(records);
    return best;
}

size_t header_find(const header_record *record, size_t count, size_t fields) {
    size_t most = 1, found = count;
    for (size_t i = 0; i < count && i < LOOK_RECORDS; i++) {
        const header_record *k = &record[i];
        if (k->fields != fields) continue;
        if (k->numbers && found < count) break;
        if (!k->numbers && k->used > most) {
            most = k->used;
            found = i;
        }
    }
    return found;
}

/* Does a record beside the header belong to it? */
static int belongs(const header_record *k, const header_record *header) {
    size_t apart = k->line > header->line ? k->line - header->line : header->line - k->line;
    return apart == 1 && k->fields == header->fields && !k->numbers && k->used;
}

void header_extend(const header_record *record, size_t count, size_t *first, size_t *last) {
    const header_record *header = &record[*first], *next = header + 1, *figures = header + 2;
    if (*first && belongs(header - 1, header) && !header[-1].first) {
        --*first;
        return;
    }
    if (*last + 1 >= count || !belongs(next, header)) return;
    /* units of measure: words all along, and figures in most columns below them */
    int measures = *last + 2 < count && figures->fields == next->fields &&
                   2 * figures->numbers >= next->fields - 1 && next->words >= figures->numbers;
    if (!next->first || measures) ++*last;
}

void header_name(const char *above, const char *above_left, const char *own, size_t length,
                 buf *name) {
    int spans = above_left && !strcmp(above_left, above);
    if (*above && (length || !spans)) buf_print(name, "%s%s", above, length ? " " : "");
    buf_put(name, own, length);
}

int header_has_name(const char *above, const char *above_left, const char *own, const char *name) {
    int spans = above_left && !strcmp(above_left, above);
    if (*above && (*own || !spans)) {
        size_t n = strlen(above);
        if (strncmp(name, above, n) != 0 || (*own && name[n] != ' ')) return 0;
        name += n + (*own != 0);
    }
    return !strcmp(name, own);
}
