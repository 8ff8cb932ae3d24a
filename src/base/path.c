#include "base/path.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

int path_absolute(const char *path, buf *out) {
    char here[PATH_MAX];
    buf whole = BUF_INIT;
    if (*path != '/' && getcwd(here, sizeof here)) buf_print(&whole, "%s/", here);
    buf_text(&whole, path);
    for (const char *at = buf_string(&whole); *at;) {
        size_t n = strcspn(at, "/");
        if (n == 2 && !memcmp(at, "..", 2)) {
            while (out->length && out->text[--out->length] != '/') continue;
            if (out->text) out->text[out->length] = 0;
        } else if (n && !(n == 1 && *at == '.')) {
            buf_char(out, '/');
            buf_put(out, at, n);
        }
        at += n + (at[n] == '/');
    }
    int fine = !whole.failed && !out->failed;
    buf_release(&whole);
    return fine;
}

int path_relative(const char *folder, const char *file, buf *out) {
    buf from = BUF_INIT, to = BUF_INIT;
    int fine = path_absolute(folder, &from) && path_absolute(file, &to);
    const char *a = buf_string(&from), *b = buf_string(&to);
    for (size_t n; fine && *a && (n = 1 + strcspn(a + 1, "/")); a += n, b += n)
        if (strncmp(a, b, n) || b[n] != '/') break;
    for (; *a; a++)
        if (*a == '/') buf_text(out, "../");
    buf_text(out, *b == '/' ? b + 1 : b);
    fine = fine && !out->failed;
    buf_release(&from);
    buf_release(&to);
    return fine;
}
