/* What the targets of fuzzing share. Each file of t/fuzz/ is one: it reads any bytes, and aborts
 * where a promise is broken. `make fuzz` has libFuzzer feed one target each; t/fuzz.c feeds all of
 * them the files of t/fuzz/corpus/ and some changes of these. */
#ifndef T_FUZZ_H
#define T_FUZZ_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assess.h"

/* Heads the function of a target; libFuzzer calls that of the one it is linked with. */
#ifdef FUZZ_ALONE
#define FUZZ_ENTRY(name)                                                                           \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);                                  \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { return fuzz_##name(data, size); }
#else
#define FUZZ_ENTRY(name)
#endif
#define FUZZ_TARGET(name)                                                                          \
    int fuzz_##name(const uint8_t *data, size_t size);                                             \
    FUZZ_ENTRY(name)                                                                               \
    int fuzz_##name(const uint8_t *data, size_t size)

#define FUZZ_CHECK(good, ...)                                                                      \
    do {                                                                                           \
        if (!(good)) {                                                                             \
            fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);                                        \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fputc('\n', stderr);                                                                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A copy of exactly these bytes, so that reading beyond them is found. */
static inline char *fuzz_copy(const void *bytes, size_t size) {
    char *copy = malloc(size ? size : 1);
    if (!copy) abort();
    memcpy(copy, bytes, size);
    return copy;
}

/* The same with a NUL behind. */
static inline char *fuzz_text(const void *bytes, size_t size) {
    char *copy = malloc(size + 1);
    if (!copy) abort();
    memcpy(copy, bytes, size);
    copy[size] = 0;
    return copy;
}

static inline void fuzz_remove(void);
static char fuzz_own[64];

/* A folder of this process. */
static inline const char *fuzz_folder(void) {
    if (*fuzz_own) return fuzz_own;
    struct stat info;
    int memory = stat("/dev/shm", &info) == 0 && access("/dev/shm", W_OK) == 0;
    snprintf(fuzz_own, sizeof fuzz_own, "%s/assess-fuzz-XXXXXX", memory ? "/dev/shm" : "/tmp");
    if (!mkdtemp(fuzz_own)) abort();
    atexit(fuzz_remove);
    return fuzz_own;
}

static inline void fuzz_remove(void) {
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", fuzz_own);
    if (system(command) != 0) perror(fuzz_own);
}

static inline const char *fuzz_path(const char *name, char path[200]) {
    snprintf(path, 200, "%s/%s", fuzz_folder(), name);
    return path;
}

static inline void fuzz_file(const char *name, const void *bytes, size_t size) {
    char path[200];
    int fd = open(fuzz_path(name, path), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) abort();
    close(fd);
}

/* A session with little time and memory. */
static inline assess *fuzz_session(void) {
    assess *a = assess_new();
    if (!a) abort();
    assess_setting(a, "seconds", "0.5");
    assess_setting(a, "threads", "1");
    assess_setting(a, "memory", "64");
    assess_setting(a, "script_memory", "16");
    assess_setting(a, "methods", "rules");
    return a;
}

/* No message is about a bug of ours. */
static inline void fuzz_messages(const assess *a) {
    for (size_t i = 0; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        FUZZ_CHECK(m.status != ASSESS_BUG, "a bug: %s:%ld: %s", m.file, m.line, m.text);
        FUZZ_CHECK(m.text && *m.text, "a message without a text");
    }
}

#endif
