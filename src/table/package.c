#include "table/package.h"

#include <errno.h>
#include <expat.h>
#include <minizip/unzip.h>
#include <pthread.h>
#include <string.h>

#include "base/dynlib.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    ENTRIES_MOST = 10000,
    DEPTH_MOST = 64,
    PIECE = 64 << 10,
    BYTES_MOST = 1 << 30,  /* that all parts read may unpack to */
    BYTES_FREE = 64 << 20, /* up to which no proportion is asked for */
    RATIO_MOST = 250       /* of unpacked to packed bytes; sheets reach 20 or 30 */
};

/* ---- the libraries ---- */

/* clang-format off */
#define ZIP_FUNCTIONS(X)                                                                           \
    X(unzOpen2_64) X(unzClose) X(unzGetGlobalInfo64) X(unzLocateFile) X(unzGetCurrentFileInfo64)   \
    X(unzOpenCurrentFile) X(unzReadCurrentFile) X(unzCloseCurrentFile) X(unzGoToFirstFile)         \
    X(unzGoToNextFile)
#define XML_FUNCTIONS(X)                                                                           \
    X(XML_ParserCreate_MM) X(XML_ParserFree) X(XML_SetUserData) X(XML_SetElementHandler)           \
    X(XML_SetCharacterDataHandler) X(XML_SetStartDoctypeDeclHandler) X(XML_StopParser)             \
    X(XML_Parse) X(XML_GetErrorCode) X(XML_ErrorString) X(XML_GetCurrentLineNumber)
/* clang-format on */

#define DECLARE(name) static __typeof__(&name) lib_##name;
#define NAMED(name) {#name, &lib_##name},
ZIP_FUNCTIONS(DECLARE)
XML_FUNCTIONS(DECLARE)

static fault why;
static int ready;
__attribute__((destructor)) static void forget(void) { fault_release(&why); }

static void load(void) {
    static const char *const zip[] = {"libminizip.so.1", NULL}, *const xml[] = {"libexpat.so.1",
                                                                                NULL};
    static const dynlib_function of_zip[] = {ZIP_FUNCTIONS(NAMED){NULL, NULL}},
                                 of_xml[] = {XML_FUNCTIONS(NAMED){NULL, NULL}};
    ready = dynlib_functions(dynlib_open(zip, "libminizip1", &why), of_zip, &why) &&
            dynlib_functions(dynlib_open(xml, "libexpat1", &why), of_xml, &why);
}

static int load_once(fault *f) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return ready || dynlib_fault(&why, f);
}

/* ---- an archive in memory ---- */

struct package {
    const char *path, *bytes;
    size_t length, at;
    size_t unpacked; /* bytes of all parts read so far */
    unzFile zip;
    /* Of the part that is read: */
    XML_Parser parser;
    const package_sink *sink;
    int depth, too_deep, doctype, stopped;
};

static voidpf open_memory(voidpf self, const void *name, int mode) {
    (void)name;
    (void)mode;
    return self;
}

static uLong read_memory(voidpf self, voidpf stream, void *to, uLong size) {
    package *p = self;
    size_t left = p->length - p->at, n = size < left ? size : left;
    (void)stream;
    memcpy(to, p->bytes + p->at, n);
    p->at += n;
    return (uLong)n;
}

static uLong write_nothing(voidpf self, voidpf stream, const void *from, uLong size) {
    (void)self;
    (void)stream;
    (void)from;
    (void)size;
    return 0;
}

static ZPOS64_T tell_memory(voidpf self, voidpf stream) {
    (void)stream;
    return ((package *)self)->at;
}

static long seek_memory(voidpf self, voidpf stream, ZPOS64_T offset, int origin) {
    package *p = self;
    ZPOS64_T base = origin == ZLIB_FILEFUNC_SEEK_CUR   ? p->at
                    : origin == ZLIB_FILEFUNC_SEEK_END ? p->length
                                                       : 0;
    (void)stream;
    if (offset > p->length || base + offset > p->length) return -1;
    p->at = (size_t)(base + offset);
    return 0;
}

static int close_memory(voidpf self, voidpf stream) {
    (void)self;
    (void)stream;
    return 0;
}

/* ---- opening ---- */

static int refuse(const package *p, const char *hint, fault *f, const char *text) {
    return fault_at(f, FAULT_DATA, &(place){.file = p->path}, hint, "%s", text);
}

static int has_text(const package *p, const char *text, size_t length) {
    for (size_t i = 0; i + length <= p->length; i++)
        if (p->bytes[i] == *text && !memcmp(p->bytes + i, text, length)) return 1;
    return 0;
}

/* Says what a file is that is no zip archive. */
static int other_file(const package *p, fault *f) {
    static const char encrypted[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
    place at = {.file = p->path};
    if (!p->length) return fault_at(f, FAULT_DATA, &at, NULL, "the file is empty");
    if (p->length >= 4 && !memcmp(p->bytes, "\xd0\xcf\x11\xe0", 4))
        return has_text(p, encrypted, sizeof encrypted - 1)
                   ? fault_at(f, FAULT_DATA, &at, "save it without a password",
                              "the workbook is encrypted")
                   : fault_at(f, FAULT_DATA, &at, "open it, and save it as .xlsx",
                              "this is a workbook of the old kind (.xls)");
    if (memchr(p->bytes, 0, p->length < 4096 ? p->length : 4096))
        return fault_at(f, FAULT_DATA, &at, NULL, "this is no workbook");
    return fault_at(f, FAULT_DATA, &at, "csv(…) reads text files, if their names end in .csv",
                    "this is a text file, and no workbook");
}

static int open_zip(package *p, fault *f) {
    zlib_filefunc64_def calls = {.zopen64_file = open_memory,
                                 .zread_file = read_memory,
                                 .zwrite_file = write_nothing,
                                 .ztell64_file = tell_memory,
                                 .zseek64_file = seek_memory,
                                 .zclose_file = close_memory,
                                 .zerror_file = close_memory,
                                 .opaque = p};
    unz_global_info64 info;
    errno = 0;
    p->zip = lib_unzOpen2_64(p->path, &calls);
    if (!p->zip || lib_unzGetGlobalInfo64(p->zip, &info) != UNZ_OK)
        return errno == ENOMEM
                   ? fault_memory(f)
                   : refuse(p, "perhaps it was not copied to its end", f,
                            text_message("the workbook is damaged: its zip archive has no end"));
    if (info.number_entry > ENTRIES_MOST)
        return fault_at(f, FAULT_LIMIT, &(place){.file = p->path}, NULL,
                        "the archive has more than %d entries", ENTRIES_MOST);
    return 1;
}

package *package_open(const char *path, const char *bytes, size_t length, fault *f) {
    package *p = mem_zero(1, sizeof *p);
    if (!p) {
        fault_memory(f);
        return NULL;
    }
    p->path = path;
    p->bytes = bytes;
    p->length = length;
    int fine = length >= 4 && !memcmp(bytes, "PK", 2) && bytes[2] < 9 ? 1 : other_file(p, f);
    if (fine && load_once(f) && open_zip(p, f)) return p;
    package_close(p);
    return NULL;
}

void package_close(package *p) {
    if (!p) return;
    if (p->zip) lib_unzClose(p->zip);
    mem_free(p);
}

int package_has(package *p, const char *part) {
    return lib_unzLocateFile(p->zip, part, 2) == UNZ_OK; /* 2: whatever the case */
}

/* ---- XML ---- */

static const char *local(const char *name) {
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

const char *package_attribute(const char **attribute, const char *name) {
    for (; *attribute; attribute += 2)
        if (!strcmp(local(attribute[0]), name)) return attribute[1];
    return NULL;
}

void package_stop(package *p) {
    if (!p->stopped) lib_XML_StopParser(p->parser, XML_FALSE);
    p->stopped = 1;
}

static void on_start(void *self, const char *name, const char **attribute) {
    package *p = self;
    if (p->stopped) return;
    if (++p->depth > DEPTH_MOST) {
        p->too_deep = 1;
        package_stop(p);
        return;
    }
    p->sink->start(p->sink->self, local(name), attribute);
}

static void on_end(void *self, const char *name) {
    package *p = self;
    if (p->stopped) return;
    p->depth--;
    p->sink->end(p->sink->self, local(name));
}

static void on_text(void *self, const char *text, int length) {
    package *p = self;
    if (!p->stopped && length > 0) p->sink->text(p->sink->self, text, (size_t)length);
}

static void on_doctype(void *self, const char *name, const char *system, const char *public,
                       int internal) {
    package *p = self;
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    p->doctype = 1;
    package_stop(p);
}

/* ---- reading a part ---- */

/* The library does not say whether it lacked memory; malloc does. */
static int damaged(const package *p, const char *part, fault *f) {
    if (errno == ENOMEM) return fault_memory(f);
    return fault_at(f, FAULT_DATA, &(place){.file = p->path},
                    "perhaps it was not copied to its end",
                    "the workbook is damaged: its part %s cannot be unpacked", part);
}

static int part_fault(package *p, const char *part, fault *f) {
    place at = {.file = p->path};
    if (p->doctype)
        return fault_at(f, FAULT_DATA, &at, NULL,
                        "the part %s has a document type, which workbooks have not", part);
    if (p->too_deep)
        return fault_at(f, FAULT_LIMIT, &at, NULL,
                        "the part %s has more than %d elements within "
                        "each other",
                        part, DEPTH_MOST);
    if (p->stopped) return 0;
    enum XML_Error code = lib_XML_GetErrorCode(p->parser);
    if (code == XML_ERROR_NO_MEMORY) return fault_memory(f);
    return fault_at(f, FAULT_DATA, &at, NULL, "the workbook is damaged: %s, line %lu: %s", part,
                    (unsigned long)lib_XML_GetCurrentLineNumber(p->parser),
                    lib_XML_ErrorString(code));
}

/* Is what was unpacked more than a workbook of this size holds? */
static int is_bomb(const package *p, const char *part, fault *f) {
    if (p->unpacked <= BYTES_FREE ||
        (p->unpacked <= BYTES_MOST && p->unpacked / RATIO_MOST <= p->length))
        return 0;
    fault_at(f, FAULT_LIMIT, &(place){.file = p->path}, NULL,
             "the part %s unpacks to more than a workbook of this size holds: reading stopped "
             "after %zu MB",
             part, p->unpacked >> 20);
    return 1;
}

/* Goes to a part and opens it. */
static int open_part(package *p, const char *part, fault *f) {
    unz_file_info64 info;
    errno = 0;
    if (!package_has(p, part))
        return fault_at(f, FAULT_DATA, &(place){.file = p->path}, NULL,
                        "the workbook is damaged: it has no part %s", part);
    if (lib_unzGetCurrentFileInfo64(p->zip, &info, NULL, 0, NULL, 0, NULL, 0) != UNZ_OK)
        return damaged(p, part, f);
    if (info.flag & 1)
        return fault_at(f, FAULT_DATA, &(place){.file = p->path}, "save it without a password",
                        "the workbook is encrypted");
    return lib_unzOpenCurrentFile(p->zip) == UNZ_OK || damaged(p, part, f);
}

int package_name(package *p, int first, char name[PACKAGE_NAME]) {
    unz_file_info64 info;
    int found = first ? lib_unzGoToFirstFile(p->zip) : lib_unzGoToNextFile(p->zip);
    if (found != UNZ_OK) return 0;
    name[0] = name[PACKAGE_NAME - 1] = 0;
    return lib_unzGetCurrentFileInfo64(p->zip, &info, name, PACKAGE_NAME - 1, NULL, 0, NULL, 0) ==
           UNZ_OK;
}

int package_bytes(package *p, const char *part, buf *to, fault *f) {
    if (!open_part(p, part, f)) return 0;
    int fine = 1;
    for (int n = 1; n > 0 && fine;) {
        char *piece = buf_reserve(to, PIECE);
        errno = 0;
        n = piece ? lib_unzReadCurrentFile(p->zip, piece, PIECE) : 0;
        if (!piece)
            fine = fault_memory(f);
        else if (n < 0)
            fine = damaged(p, part, f);
        else
            to->length += (size_t)n;
        p->unpacked += n > 0 ? (size_t)n : 0;
        if (fine && (limits_over() || is_bomb(p, part, f))) fine = 0;
    }
    if (lib_unzCloseCurrentFile(p->zip) != UNZ_OK && fine) return damaged(p, part, f);
    return fine;
}

static int read_pieces(package *p, const char *part, char *piece, fault *f) {
    for (int n = 1; n > 0;) {
        errno = 0;
        n = lib_unzReadCurrentFile(p->zip, piece, PIECE);
        if (n < 0) return damaged(p, part, f);
        p->unpacked += (size_t)n;
        if (limits_over() || is_bomb(p, part, f)) return 0;
        if (lib_XML_Parse(p->parser, piece, n, n == 0) != XML_STATUS_OK)
            return part_fault(p, part, f);
    }
    return 1;
}

int package_parse(package *p, const char *part, const package_sink *sink, fault *f) {
    static const XML_Memory_Handling_Suite memory = {mem_take, mem_grow, mem_free};
    if (!open_part(p, part, f)) return 0;
    char *piece = mem_take(PIECE);
    p->parser = piece ? lib_XML_ParserCreate_MM(NULL, &memory, NULL) : NULL;
    p->sink = sink;
    p->depth = p->too_deep = p->doctype = p->stopped = 0;
    int fine = p->parser != NULL;
    if (fine) {
        lib_XML_SetUserData(p->parser, p);
        lib_XML_SetElementHandler(p->parser, on_start, on_end);
        lib_XML_SetCharacterDataHandler(p->parser, on_text);
        lib_XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
        fine = read_pieces(p, part, piece, f);
        lib_XML_ParserFree(p->parser);
    } else {
        fault_memory(f);
    }
    p->parser = NULL;
    mem_free(piece);
    /* Closing compares the sum of the bytes with that of the archive. */
    if (lib_unzCloseCurrentFile(p->zip) != UNZ_OK && fine) return damaged(p, part, f);
    return fine;
}
