/* libxlsxwriter, opened when the first workbook is written: it brings a library of cryptography
 * with it, which would take longer to load than most rules take to be computed. Its functions are
 * called as `xlsx.workbook_new`. */
#ifndef WORKBOOK_LIBRARY_H
#define WORKBOOK_LIBRARY_H

#include <xlsxwriter.h>

#include "base/fault.h"

/* clang-format off */
#define XLSX_FUNCTIONS(X)                                                                          \
    X(chart_add_series) X(chart_axis_set_reverse) X(chart_legend_set_position)                     \
    X(chart_series_set_categories) X(chart_series_set_fill) X(chart_series_set_values)             \
    X(chart_title_set_name) X(format_set_align) X(format_set_bg_color) X(format_set_bold)          \
    X(format_set_border) X(format_set_bottom) X(format_set_font_color) X(format_set_font_name)     \
    X(format_set_font_size) X(format_set_italic) X(format_set_num_format)                          \
    X(format_set_text_wrap) X(format_set_unlocked) X(lxw_strerror) X(workbook_add_chart)           \
    X(workbook_add_format) X(workbook_add_worksheet) X(workbook_close) X(workbook_define_name)     \
    X(workbook_new) X(workbook_new_opt) X(workbook_set_properties)                                 \
    X(worksheet_conditional_format_range) X(worksheet_data_validation_range)                       \
    X(worksheet_fit_to_pages) X(worksheet_freeze_panes)                                            \
    X(worksheet_hide) X(worksheet_insert_chart_opt) X(worksheet_protect)                           \
    X(worksheet_repeat_rows) X(worksheet_set_column) X(worksheet_set_landscape)                    \
    X(worksheet_set_paper) X(worksheet_set_row) X(worksheet_write_blank)                           \
    X(worksheet_write_comment_opt) X(worksheet_write_formula_num)                                  \
    X(worksheet_write_formula_str) X(worksheet_write_number) X(worksheet_write_string)
/* clang-format on */

#define XLSX_DECLARE(name) __typeof__(&name) name;
typedef struct xlsx_library {
    XLSX_FUNCTIONS(XLSX_DECLARE)
} xlsx_library;
extern xlsx_library xlsx;

/* Bytes that the library takes for a cell beside its text, about: with its place among those of the
 * row and the allocator's own. */
enum { XLSX_CELL = 160 };

/* Opens the library, of the version whose header the program was built with, and fills `xlsx`. 0
 * with the fault filled (FAULT_LIMIT) where this system has none. */
int xlsx_open(fault *f);

#endif
