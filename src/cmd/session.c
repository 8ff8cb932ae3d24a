#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/run.h"

/* Standard input to its end. */
static int read_input(const volatile sig_atomic_t *stop, buf *b, fault *f) {
    for (;;) {
        char *to = buf_room(b, 1 << 16);
        if (!to) return fault_memory(f);
        ssize_t n = read(STDIN_FILENO, to, 1 << 16);
        if (n == 0) return 1;
        if (n > 0)
            b->length += (size_t)n;
        else if (errno != EINTR)
            return fault_set(f, FAULT_DATA, "standard input cannot be read: %s", strerror(errno));
        if (*stop) return fault_set(f, FAULT_LIMIT, "stopped");
    }
}

static assess_status give_data(assess *a, const arguments_pair *d, const volatile sig_atomic_t *stop, fault *f) {
    if (strcmp(d->value, "-")) return assess_data_file(a, d->name, d->value);
    buf input = BUF_INIT;
    assess_status status = ASSESS_LIMIT;
    if (read_input(stop, &input, f))
        status = assess_data_text(a, d->name, "standard input", buf_string(&input),
                                  input.length);
    buf_release(&input);
    return status;
}

assess_status session_prepare(assess *a, const arguments *of, const volatile sig_atomic_t *stop, fault *f) {
    assess_status worst = ASSESS_OK, s;
    for (size_t i = 0; i < of->setting.count; i++)
        if ((s = assess_setting(a, of->setting.item[i].name, of->setting.item[i].value)) && !worst)
            worst = s;
    for (size_t i = 0; i < of->set.count; i++)
        if ((s = assess_set(a, of->set.item[i].name, of->set.item[i].value)) && !worst) worst = s;
    for (size_t i = 0; i < of->where.count; i++)
        if ((s = assess_where(a, of->where.item[i].name, of->where.item[i].value)) && !worst)
            worst = s;
    for (size_t i = 0; i < of->data.count && !worst; i++)
        worst = give_data(a, &of->data.item[i], stop, f);
    return worst;
}

assess_status session_compute(assess *a, const arguments *of, const volatile sig_atomic_t *stop, fault *f) {
    assess_stop_on(a, stop);
    assess_status status = session_prepare(a, of, stop, f);
    if (!status) status = assess_open(a, of->rules);
    if (!status) status = assess_run(a);
    return status;
}
