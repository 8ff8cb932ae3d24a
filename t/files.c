#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/dynlib.h"
#include "base/text.h"
#include "tap.h"

static char folder[64];

static const char *in(const char *name) {
    static char path[4][256];
    static int turn;
    char *p = path[turn++ & 3];
    snprintf(p, 256, "%s/%s", folder, name);
    return p;
}

/* The content by stdio, in a static buffer; NULL where it cannot be opened. */
static const char *content(const char *path) {
    static char text[512];
    FILE *s = fopen(path, "rb");
    if (!s) return NULL;
    text[fread(text, 1, sizeof text - 1, s)] = 0;
    fclose(s);
    return text;
}

static int entries(const char *path) {
    int n = 0;
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
    if (d) closedir(d);
    return n;
}

static void clear(const char *path) {
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        char inner[512];
        snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (unlink(inner) < 0) clear(inner);
    }
    if (d) closedir(d);
    rmdir(path);
}

// A file that is overwritten in place, its length the same and its time put back.
static void put_back(void) {
    fault f = FAULT_INIT;
    file_view v;
    struct stat was;
    struct timespec pause = {.tv_nsec = 20000000}; // longer than a tick of the file system's clock
    FILE *s = fopen(in("back"), "wb");
    fputs("one,1", s);
    fclose(s);
    nanosleep(&pause, NULL);
    ok(files_read(in("back"), 100, &v, &f), "a file is read");
    stat(in("back"), &was);
    s = fopen(in("back"), "r+b");
    fputs("two,2", s);
    fclose(s);
    const struct timespec times[2] = {was.st_atim, was.st_mtim};
    utimensat(AT_FDCWD, in("back"), times, 0);
    ok(!files_unchanged(in("back"), &v),
       "that it was overwritten shows though its time was put back");
    files_release(&v);
}

static void reading(void) {
    fault f = FAULT_INIT;
    file_view v;
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 262143, 262144, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i];
        char *want = malloc(n + 1);
        for (size_t k = 0; k < n; k++) want[k] = (char)(k * k % 251);
        FILE *s = fopen(in("size"), "wb");
        fwrite(want, 1, n, s);
        fclose(s);
        ok(files_read(in("size"), n, &v, &f) && v.length == n && v.bytes &&
               !memcmp(v.bytes, want, n),
           "a file of %zu bytes", n);
        ok(files_unchanged(in("size"), &v), "%zu bytes: unchanged", n);
        s = fopen(in("size"), "ab");
        fputc('x', s);
        fclose(s);
        ok(!files_unchanged(in("size"), &v), "%zu bytes: a change is seen", n);
        s = fopen(in("size"), "wb"); // cut short: what was read does not go with it
        fclose(s);
        ok(!memcmp(v.bytes, want, n), "%zu bytes: are still there when the file is cut short", n);
        s = fopen(in("size"), "wb");
        fwrite(want, 1, n, s);
        fputc('x', s);
        fclose(s);
        files_release(&v);
        ok(!files_read(in("size"), n, &v, &f) && f.kind == FAULT_LIMIT,
           "one byte over the limit of %zu", n);
        has_str(f.item[0].text, "more than", "the limit is named");
        fault_release(&f);
        free(want);
    }
    ok(!files_read(in("absent"), 10, &v, &f) && f.kind == FAULT_DATA,
       "an absent file is a data fault");
    has_str(f.item[0].file, "absent", "the fault names the absent file");
    has_str(f.item[0].text, "No such file", "the fault gives the reason");
    fault_release(&f);
    ok(!files_read(folder, 10, &v, &f) && f.kind == FAULT_DATA, "a folder cannot be read");
    fault_release(&f);
}

static void *feed(void *path) {
    int fd = open(path, O_WRONLY);
    for (int i = 0; i < 3000; i++) {
        char line[32];
        int n = snprintf(line, sizeof line, "line %d\n", i);
        if (write(fd, line, (size_t)n) != n) break;
    }
    close(fd);
    return NULL;
}

static void pipes(void) {
    fault f = FAULT_INIT;
    file_view v;
    pthread_t t;
    char path[256];
    snprintf(path, sizeof path, "%s", in("pipe"));
    ok(mkfifo(path, 0600) == 0, "a pipe is made");
    pthread_create(&t, NULL, feed, path);
    ok(files_read(path, 1 << 20, &v, &f), "a pipe is read to its end");
    pthread_join(t, NULL);
    buf want = BUF_INIT;
    for (int i = 0; i < 3000; i++) buf_print(&want, "line %d\n", i);
    ok(v.length == want.length && !memcmp(v.bytes, want.text, v.length),
       "the pipe gives all its bytes");
    ok(files_unchanged(path, &v), "a pipe counts as unchanged");
    files_release(&v);
    pthread_create(&t, NULL, feed, path);
    signal(SIGPIPE, SIG_IGN);
    ok(!files_read(path, 5000, &v, &f) && f.kind == FAULT_LIMIT,
       "a pipe with more than the limit is refused");
    pthread_join(t, NULL);
    fault_release(&f);
    buf_release(&want);
}

static void writing(void) {
    fault f = FAULT_INIT;
    struct stat info;
    umask(027);
    ok(files_write(in("new"), "one", 3, &f), "a new file is written");
    is_str(content(in("new")), "one", "the new file has its bytes");
    stat(in("new"), &info);
    is_int(info.st_mode & 0777, 0640, "the new file has the permissions of the umask");
    chmod(in("new"), 0604);
    ino_t before = info.st_ino;
    ok(files_write(in("new"), "second", 6, &f), "an old file is replaced");
    is_str(content(in("new")), "second", "the replaced file has the new bytes");
    stat(in("new"), &info);
    ok(info.st_ino != before, "it is another file, put there in one step");
    is_int(info.st_mode & 0777, 0604, "it has the permissions of the old one");
    ok(files_write(in("empty"), "", 0, &f), "an empty file is written");
    is_str(content(in("empty")), "", "the empty file is empty");

    ok(symlink(in("new"), in("link")) == 0, "a link is made");
    ok(files_write(in("link"), "linked", 6, &f), "a file is written in place of the link");
    is_str(content(in("new")), "second", "the file that the link led to stays");
    is_str(content(in("link")), "linked", "the link is replaced");
    ok(files_write("/dev/null", "x", 1, &f), "a device is written to, not replaced");
    stat("/dev/null", &info);
    ok(S_ISCHR(info.st_mode), "the device is still a device");

    ok(files_write(in("none/below//file"), "x", 1, &f),
       "a file below folders that are not there is written");
    is_str(content(in("none/below/file")), "x", "the folders are made");
    ok(!files_write(in("new/below/file"), "x", 1, &f) && f.kind == FAULT_USAGE,
       "a file below a file is refused");
    has_str(f.item[0].text, "Not a directory", "the message says that it is no folder");
    has_str(f.item[0].file, "/new", "the fault names the file");
    fault_release(&f);
    ok(!files_write(in("gone/below/"), "x", 1, &f), "an empty file name is refused");
    ok(access(in("gone"), F_OK) < 0, "it leaves no folder behind");
    fault_release(&f);
    ok(!files_write(folder, "x", 1, &f) && f.kind == FAULT_USAGE, "writing to a folder is refused");
    fault_release(&f);
}

/* A limit on file sizes stands in for a full disk: write then fails halfway with EFBIG. */
static void full_disk(void) {
    fault f = FAULT_INIT;
    struct rlimit old, small;
    char big[10000];
    memset(big, 'b', sizeof big);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = 5000;
    int before = entries(folder);
    setrlimit(RLIMIT_FSIZE, &small);
    int one = files_write(in("new"), big, sizeof big, &f);
    fault_kind kind = f.kind;
    file_item set[] = {{"a", "A", 1}, {"new", "N", 1}, {"b", big, sizeof big}};
    char fresh[256];
    snprintf(fresh, sizeof fresh, "%s", in("fresh/of/many/"));
    int all = files_write_all(folder, set, 3, &f), all_fresh = files_write_all(fresh, set, 3, &f);
    setrlimit(RLIMIT_FSIZE, &old);
    ok(!one && kind == FAULT_LIMIT, "a write that fails halfway is a limit");
    is_str(content(in("new")), "second", "a write that failed leaves the old file");
    ok(!all && !all_fresh, "a set of files of which one fails is refused");
    is_str(content(in("new")), "second", "a set that failed leaves the old files");
    is_int(entries(folder), before, "a set that failed leaves no parts and no folders");
    fault_release(&f);
}

static void sets(void) {
    fault f = FAULT_INIT;
    char path[256];
    snprintf(path, sizeof path, "%s", in("set"));
    file_item set[] = {{"score.csv", "s", 1}, {"排名.csv", "rank", 4}, {"result.json", "{}", 2}};
    ok(files_write_all(path, set, 3, &f), "a set is written into a new folder");
    is_int(entries(path), 3, "the folder has three files");
    is_str(content(in("set/排名.csv")), "rank", "the files of the set have their bytes");
    set[0].bytes = "t";
    ok(files_write_all(path, set, 2, &f), "a smaller set is written");
    is_str(content(in("set/score.csv")), "t", "files of the smaller set are replaced");
    is_str(content(in("set/result.json")), "{}", "other files stay");
    ok(files_write_all(path, NULL, 0, &f), "an empty set is written");
    static const char *const bad[] = {"", ".", "..", ".hidden", "a/b", "../up", "a\nb", "\x1b[31m"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        file_item two[] = {{"fine", "x", 1}, {bad[i], "x", 1}};
        ok(!files_write_all(path, two, 2, &f) && f.kind == FAULT_USAGE, "bad name %zu is refused",
           i);
        fault_release(&f);
    }
    is_int(entries(path), 3, "a bad name writes nothing");
    ok(files_write_all(in("none/of/them/"), set, 1, &f), "folders above a set are made");
    is_str(content(in("none/of/them/score.csv")), "t", "the set is there");
}

/* FIPS 180-2 and the NESSIE vectors. */
static void digests(void) {
    char hex[DIGEST_HEX], *many = malloc(1000000);
    digest *d = digest_start();
    digest_finish(d, hex);
    is_str(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
           "SHA-256 of nothing");
    d = digest_start();
    digest_add(d, "a", 1);
    digest_add(d, "", 0);
    digest_add(d, "bc", 2);
    digest_finish(d, hex);
    is_str(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
           "SHA-256 of abc");
    memset(many, 'a', 1000000);
    d = digest_start();
    for (size_t at = 0, n = 1; at < 1000000; at += n, n = n * 3 + 1)
        digest_add(d, many + at, n < 1000000 - at ? n : 1000000 - at);
    digest_finish(d, hex);
    is_str(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
           "SHA-256 of a million times a");
    digest_finish(NULL, hex);
    is_str(hex, "", "without memory there is no SHA-256");
    free(many);
}

static void libraries(void) {
    static const char *const none[] = {"libnone-of-this-name.so.9", NULL},
                             *const second[] = {"libnone-of-this-name.so.9", "libm.so.6", NULL};
    double (*cosine)(double) = NULL;
    void (*lacking)(void) = NULL;
    const dynlib_function both[] = {{"cos", &cosine}, {"no_such_cosine", &lacking}, {NULL, NULL}},
                          one[] = {{"cos", &cosine}, {NULL, NULL}};
    fault f = FAULT_INIT;
    ok(!dynlib_functions(dynlib_open(none, "libnone", &f), one, &f) && !cosine,
       "a library that is not there gives no function");
    ok(f.kind == FAULT_LIMIT && f.count == 1 && f.listed == 1, "that is one fault");
    has_str(f.item[0].text, "libnone-of-this-name.so.9", "which names the file");
    has_str(f.item[0].hint, "apt-get install libnone", "and the package");
    fault_release(&f);
    void *library = dynlib_open(second, "libc6", &f);
    ok(library && dynlib_functions(library, one, &f) && f.kind == FAULT_NONE,
       "the first file that is there is opened");
    is_num(cosine(0), 1, "and the function is that of the library");
    ok(!dynlib_functions(library, both, &f) && !lacking, "a function that it lacks is not set");
    has_str(f.item[0].text, "no function no_such_cosine", "and told");
    fault_release(&f);
}

static void errors(void) {
    static const int number[] = {EACCES,  ECANCELED, EEXIST,       EFBIG,  EIO,    EISDIR,
                                 ELOOP,   EMFILE,    ENAMETOOLONG, ENOENT, ENOMEM, ENOSPC,
                                 ENOTDIR, EPERM,     EPIPE,        EROFS};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        text_set_messages(TEXT_ENGLISH);
        is_str(text_of_errno(number[i]), strerror(number[i]), "what the system says in English");
        text_set_messages(TEXT_CHINESE);
        ok((unsigned char)*text_of_errno(number[i]) > 127, "%s: in Chinese", strerror(number[i]));
    }
    is_str(text_of_errno(EXDEV), strerror(EXDEV), "an error without Chinese is in English");
    text_set_messages(TEXT_ENGLISH);
}

int main(void) {
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.40s/filesXXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder)) return 1;
    reading();
    put_back();
    pipes();
    writing();
    full_disk();
    sets();
    digests();
    libraries();
    errors();
    clear(folder);
    ok(access(folder, F_OK) < 0 && errno == ENOENT, "nothing stays behind");
    return done_testing();
}
