/* Test files below a folder, in the order of their names. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "testing/testing.h"

enum { DEEP = 40 };

typedef struct search {
    int (*each)(void *self, const char *path);
    void *self;
    fault *f;
} search;

static int is_test(const char *name) {
    size_t n = strlen(name);
    return n > 9 && name[0] != '.' && !strcmp(name + n - 9, "_test.lua");
}

static int is_passed_over(const char *name) {
    static const char *const names[] = {"build", "golden", "node_modules", NULL};
    for (int i = 0; names[i]; i++)
        if (!strcmp(name, names[i])) return 1;
    return name[0] == '.';
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(const char *folder, char ***names, size_t *count, fault *f) {
    DIR *d = opendir(folder);
    size_t room = 0;
    int fine = 1;
    *names = NULL;
    *count = 0;
    if (!d && errno == ENOMEM) limits_lack();
    if (!d) return fault_set(f, FAULT_USAGE, "%s cannot be read: %s", folder, strerror(errno));
    for (struct dirent *e; fine && (e = readdir(d));) {
        if (*count == room) {
            char **grown = mem_grow(*names, (room = 2 * room + 16) * sizeof *grown);
            fine = grown != NULL;
            *names = fine ? grown : *names;
        }
        char *own = fine ? mem_take(strlen(e->d_name) + 1) : NULL;
        if (own) (*names)[(*count)++] = strcpy(own, e->d_name);
        fine = own != NULL;
    }
    closedir(d);
    if (*count) qsort(*names, *count, sizeof **names, by_name);
    return fine || fault_memory(f);
}

static int search_folder(const search *s, const char *folder, int depth) {
    char **name;
    size_t count;
    int go = list(folder, &name, &count, s->f);
    for (size_t i = 0; i < count; i++) {
        buf path = BUF_INIT;
        struct stat info;
        if (strcmp(folder, "."))
            buf_print(&path, "%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/");
        buf_text(&path, name[i]);
        /* A link to a folder might lead around in circles. */
        if (go && !lstat(buf_string(&path), &info)) {
            if (S_ISDIR(info.st_mode) && !is_passed_over(name[i]) && depth < DEEP)
                go = search_folder(s, buf_string(&path), depth + 1);
            else if (!S_ISDIR(info.st_mode) && is_test(name[i]))
                go = s->each(s->self, buf_string(&path));
        }
        buf_release(&path);
        mem_free(name[i]);
    }
    mem_free(name);
    return go;
}

int testing_find(const char *path, int (*each)(void *self, const char *path), void *self, fault *f) {
    struct stat info;
    const search s = {each, self, f};
    if (stat(path, &info))
        return fault_set(f, FAULT_USAGE, "%s: %s", path,
                         errno == ENOENT ? "no such file or folder" : strerror(errno));
    if (!S_ISDIR(info.st_mode)) return each(self, path);
    return search_folder(&s, path, 0);
}
