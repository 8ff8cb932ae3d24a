/* Numbers as people write them in cells, and what stands there when there is none.
 *
 * A cell is a number if, without the spaces around it, it is a decimal (base/decimal.h): a sign,
 * digits, a point, an exponent, and nothing else. Spaces are the space, the tab, the no-break space
 * and the ideographic space. Everything else is either a missing marker or refused; nothing is
 * guessed. The usual markers, compared without the spaces around them, letter by letter:
 *
 *     (empty) NA N/A n/a n.a. NULL null . .. ... … …… - -- — —— – － 缺 缺失 暂缺 暂无 暂无数据
 * 无数据 不适用
 *
 * "NaN" is not among them: it is what another program made of a calculation that failed, and
 * whoever prepares the data should know. Other markers may be given instead; an empty cell is
 * missing always. A marker may look like a number (-999), and is then none.
 *
 * A column may declare its unit of measure. Then the unit may stand behind the number, with 万, 亿
 * or 万亿 before it or instead of it, and the value is what the cell says, expressed in the
 * declared unit:
 *
 *     declared   cell      value          declared   cell      value
 *     %          12%       12             人         3万人     30000
 *     万元       3万元     3              人         1.2亿     120000000
 *     万元       1.2亿     12000          km         12 km     12
 *     万         3         3              ,          1,234     1234
 *
 * A number with nothing behind it is in the declared unit already. A comma anywhere in the declared
 * unit ("," or "USD,") says that digits are grouped in threes by commas; without it a comma is
 * refused, since half of the world writes it for the decimal point. Where the file is declared to
 * have a decimal comma, it is that, and points or spaces stand before every third digit or nowhere.
 * Conversion is decimal, so that 1.2亿 is the double nearest to 120000000. */
#ifndef TABLE_NUMBER_H
#define TABLE_NUMBER_H

#include <stddef.h>

#include "base/buf.h"

typedef enum { NUMBER_MISSING, NUMBER_OK, NUMBER_BAD } number_found;

/* How the cells of one column are written. Borrows the texts it was made from. */
typedef struct number_form {
    const char *const *marker;
    size_t markers;
    int odd_markers; /* some marker reads as a number */
    int grouped;     /* commas group digits */
    char decimal;    /* ',': a decimal comma, and points may group digits */
    int named;       /* a unit is declared, which is 10^shift times the base */
    int shift;
    const char *base;
    size_t base_length;
} number_form;

/* unit: NULL where none is declared. marker: NULL for the usual ones. */
number_form number_form_of(const char *unit, const char *const *marker, size_t markers);

/* Reads a cell. *out is NaN unless NUMBER_OK. */
number_found number_read(const number_form *form, const char *text, size_t length, double *out);

/* Whether the cell is empty or holds a missing marker. */
int number_missing(const number_form *form, const char *text, size_t length);

/* Why a cell that number_read refuses is no number ("it has thousands separators"), and what to do
 * ("write 1234, or …"; empty where nothing is known). */
void number_explain(const number_form *form, const char *text, size_t length, buf *reason,
                    buf *hint);

/* The part of a cell without the spaces around it. */
const char *number_trim(const char *text, size_t *length);

#endif
