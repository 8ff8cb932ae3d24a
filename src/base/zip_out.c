#include "base/zip_out.h"

#include <minizip/zip.h>
#include <pthread.h>
#include <string.h>

#include "base/dynlib.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

enum { PIECE = 1 << 30, FIRST_DAY = 1 << 5 | 1 /* of January 1980 */ };

/* ---- the library ---- */

/* clang-format off */
#define FUNCTIONS(X)                                                                               \
    X(zipOpen2_64) X(zipOpenNewFileInZip64) X(zipWriteInFileInZip) X(zipCloseFileInZip) X(zipClose)
/* clang-format on */

#define DECLARE(name) static __typeof__(&name) lib_##name;
#define NAMED(name) {#name, &lib_##name},
FUNCTIONS(DECLARE)

static fault why;
static int ready;
__attribute__((destructor)) static void forget(void) { fault_release(&why); }

static void load(void) {
    static const char *const files[] = {"libminizip.so.1", NULL};
    static const dynlib_function list[] = {FUNCTIONS(NAMED){NULL, NULL}};
    ready = dynlib_functions(dynlib_open(files, "libminizip1", &why), list, &why);
}

int zip_out_ready(fault *f) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return ready || dynlib_fault(&why, f);
}

/* ---- a file in memory ---- */

struct zip_out {
    buf *to;
    size_t start, at; /* where the archive begins, and how far it is written */
    zipFile zip;
    int failed;
};

static voidpf open_memory(voidpf self, const void *name, int mode) {
    (void)name;
    (void)mode;
    return self;
}

static uLong read_memory(voidpf self, voidpf stream, void *to, uLong size) {
    zip_out *z = self;
    size_t left = z->to->length - z->start - z->at, n = size < left ? size : left;
    (void)stream;
    memcpy(to, z->to->text + z->start + z->at, n);
    z->at += n;
    return (uLong)n;
}

static uLong write_memory(voidpf self, voidpf stream, const void *from, uLong size) {
    zip_out *z = self;
    size_t held = z->to->length - z->start - z->at, over = size < held ? size : held;
    (void)stream;
    memcpy(z->to->text + z->start + z->at, from, over);
    buf_put(z->to, (const char *)from + over, size - over);
    if (z->to->failed) return 0;
    z->at += size;
    return size;
}

static ZPOS64_T tell_memory(voidpf self, voidpf stream) {
    (void)stream;
    return ((zip_out *)self)->at;
}

static long seek_memory(voidpf self, voidpf stream, ZPOS64_T offset, int origin) {
    zip_out *z = self;
    size_t length = z->to->length - z->start;
    ZPOS64_T base = origin == ZLIB_FILEFUNC_SEEK_CUR   ? z->at
                    : origin == ZLIB_FILEFUNC_SEEK_END ? length
                                                       : 0;
    (void)stream;
    if (offset > length || base + offset > length) return -1;
    z->at = (size_t)(base + offset);
    return 0;
}

static int close_memory(voidpf self, voidpf stream) {
    (void)self;
    (void)stream;
    return 0;
}

static int test_memory(voidpf self, voidpf stream) {
    (void)stream;
    return ((zip_out *)self)->to->failed;
}

/* ---- parts ---- */

zip_out *zip_out_open(buf *to, fault *f) {
    if (!zip_out_ready(f)) return NULL;
    zip_out *z = mem_zero(1, sizeof *z);
    buf_put(to, "", 0);
    if (z) {
        z->to = to;
        z->start = to->length;
        zlib_filefunc64_def calls = {.zopen64_file = open_memory,
                                     .zread_file = read_memory,
                                     .zwrite_file = write_memory,
                                     .ztell64_file = tell_memory,
                                     .zseek64_file = seek_memory,
                                     .zclose_file = close_memory,
                                     .zerror_file = test_memory,
                                     .opaque = z};
        z->zip = lib_zipOpen2_64("", APPEND_STATUS_CREATE, NULL, &calls);
    }
    if (z && z->zip) return z;
    mem_free(z);
    fault_memory(f);
    return NULL;
}

/* minizip writes into what it got no memory for. */
int zip_out_add(zip_out *z, const char *name, const void *bytes, size_t length, fault *f) {
    limits_fragile(text_message("the library minizip"));
    const zip_fileinfo info = {.dosDate = (uLong)FIRST_DAY << 16};
    int fine =
        !z->failed && lib_zipOpenNewFileInZip64(z->zip, name, &info, NULL, 0, NULL, 0, NULL,
                                                Z_DEFLATED, Z_DEFAULT_COMPRESSION, 0) == ZIP_OK;
    for (size_t at = 0; fine && at < length;) {
        unsigned n = length - at < PIECE ? (unsigned)(length - at) : PIECE;
        fine = lib_zipWriteInFileInZip(z->zip, (const char *)bytes + at, n) == ZIP_OK;
        at += n;
    }
    fine = fine && lib_zipCloseFileInZip(z->zip) == ZIP_OK;
    limits_firm();
    z->failed |= !fine;
    return fine || fault_memory(f);
}

int zip_out_close(zip_out *z, fault *f) {
    int fine = lib_zipClose(z->zip, NULL) == ZIP_OK && !z->failed && !z->to->failed;
    mem_free(z);
    return fine || fault_memory(f);
}
