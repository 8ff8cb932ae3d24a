/* The records of the commands: each option and operand says what its values are, so that help and
 * completion know it. */
#include "tap.h"

#include <string.h>

#include "cmd/cmd.h"

static int is_number(const option *o) {
    return o->kind == OPTION_COUNT || o->kind == OPTION_WHOLE || o->kind == OPTION_NUMBER ||
           (o->kind == OPTION_CALL && o->most > 0);
}

static int fits(value_kind is, const char *const *words, const char *help) {
    if (is == VALUE_WORD && !words) return 0;
    return is > VALUE_UNSAID && is < VALUE_KINDS && (help || help_value(is));
}

int main(void) {
    commands = cmd_all();
    for (const command *const *c = commands; *c; c++) {
        const option *o;
        for (size_t i = 0; (o = command_option(*c, i)); i++) {
            int right =
                !o->value || is_number(o) ? o->is == VALUE_UNSAID : fits(o->is, o->words, o->help);
            ok(right, "%s --%s says what its value is", (*c)->name, o->name);
            for (size_t k = 0; k < i; k++)
                if (!strcmp(command_option(*c, k)->name, o->name))
                    ok(0, "%s has --%s twice", (*c)->name, o->name);
        }
        for (const help_operand *x = (*c)->operands; x && x->name; x++)
            ok(fits(x->is, x->words, x->help) && strstr((*c)->usage, x->name),
               "%s: the operand %s says what it is, and stands in the usage", (*c)->name, x->name);
        ok((*c)->operands && (*c)->examples && (*c)->about && (*c)->related,
           "%s has operands, examples, and more", (*c)->name);
    }
    return done_testing();
}
