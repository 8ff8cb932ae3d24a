/* A drawing as pixels. */
#define _GNU_SOURCE 1 /* fopencookie */
#include "chart/png.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/dynlib.h"
#include "base/limits.h"
#include "base/text.h"

/* What is used of librsvg and cairo, as their headers have it. */
typedef struct rectangle {
    double x, y, width, height;
} rectangle;
enum { ARGB32 = 0 };

static struct {
    void *(*handle)(const unsigned char *data, size_t length, void **error);
    int (*render)(void *handle, void *cairo, const rectangle *room, void **error);
    void *(*surface)(int format, int width, int height);
    void *(*cairo)(void *surface);
    int (*status)(void *cairo);
    int (*write)(void *surface,
                 int (*put)(void *self, const unsigned char *bytes, unsigned int length),
                 void *self);
    void (*end_cairo)(void *cairo);
    void (*end_surface)(void *surface);
    void (*unref)(void *object);
    int ready;
} lib;

static int open_libraries(fault *f) {
    static const char *const rsvg[] = {"librsvg-2.so.2", NULL},
                             *const cairo[] = {"libcairo.so.2", NULL},
                             *const object[] = {"libgobject-2.0.so.0", NULL};
    static const dynlib_function of_rsvg[] = {{"rsvg_handle_new_from_data", &lib.handle},
                                              {"rsvg_handle_render_document", &lib.render},
                                              {NULL, NULL}};
    static const dynlib_function of_cairo[] = {{"cairo_image_surface_create", &lib.surface},
                                               {"cairo_create", &lib.cairo},
                                               {"cairo_status", &lib.status},
                                               {"cairo_surface_write_to_png_stream", &lib.write},
                                               {"cairo_destroy", &lib.end_cairo},
                                               {"cairo_surface_destroy", &lib.end_surface},
                                               {NULL, NULL}};
    static const dynlib_function of_object[] = {{"g_object_unref", &lib.unref}, {NULL, NULL}};
    if (lib.ready) return 1;
    lib.ready = dynlib_functions(dynlib_open(rsvg, "librsvg2-2", f), of_rsvg, f) &&
                dynlib_functions(dynlib_open(cairo, "libcairo2", f), of_cairo, f) &&
                dynlib_functions(dynlib_open(object, "libglib2.0-0", f), of_object, f);
    return lib.ready;
}

/* ---- what the libraries say ----
 *
 * Where a font or its settings cannot be read, another one is taken, or letters are left out, with
 * a line on standard error and nothing else: such a drawing is none. Lines that change nothing in
 * the drawing are dropped. */

static char heard[200]; /* the first line that matters */

#ifdef __GLIBC__
static int matters(const char *line, size_t n) {
    static const char *const harmless[] = {"Fontconfig warning", /* settings that are out of date */
                                           "Fontconfig error: No writable cache directories"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (n >= strlen(harmless[i]) && !memcmp(line, harmless[i], strlen(harmless[i]))) return 0;
    return n > 0;
}

/* GLib writes "(process:123): Pango-WARNING **: 12:00:00.123: " before what it has to say. */
static const char *without_head(const char *line, const char *end) {
    const char *stars = *line == '(' ? memmem(line, (size_t)(end - line), " **: ", 5) : NULL;
    if (!stars) return line;
    const char *said = stars + 5, *clock = said;
    while (clock < end && strchr("0123456789:.", *clock)) clock++;
    return clock > said && clock < end && *clock == ' ' ? clock + 1 : said;
}

/* The stream is written line by line. */
static ssize_t hear(void *self, const char *text, size_t n) {
    (void)self;
    for (const char *line = text, *end = text + n; line < end && !*heard;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) stop = end;
        const char *said = without_head(line, stop);
        if (matters(said, (size_t)(stop - said)))
            snprintf(heard, sizeof heard, "%.*s", (int)(stop - said), said);
        line = stop + 1;
    }
    return (ssize_t)n;
}

/* Returns what stderr was. */
static FILE *listen_to_libraries(void) {
    static char line[1024];
    FILE *was = stderr, *own = fopencookie(NULL, "w", (cookie_io_functions_t){.write = hear});
    *heard = 0;
    if (!own) return was;
    setvbuf(own, line, _IOLBF, sizeof line);
    stderr = own;
    return was;
}

static void listen_no_more(FILE *was) {
    if (stderr == was) return;
    fclose(stderr);
    stderr = was;
}
#else
static FILE *listen_to_libraries(void) { return NULL; }
static void listen_no_more(FILE *was) { (void)was; }
#endif

/* ---- drawing ---- */

static int put(void *self, const unsigned char *bytes, unsigned int length) {
    buf_put(self, (const char *)bytes, length);
    return ((buf *)self)->failed;
}

static int draw(const buf *drawing, double width, double height, double times, buf *png) {
    const rectangle room = {0, 0, width * times, height * times};
    void *handle = lib.handle((const unsigned char *)buf_string(drawing), drawing->length, NULL);
    void *surface = lib.surface(ARGB32, (int)room.width, (int)room.height);
    void *cairo = lib.cairo(surface);
    int fine = handle && !lib.status(cairo) && lib.render(handle, cairo, &room, NULL) &&
               !lib.write(surface, put, png);
    lib.end_cairo(cairo);
    lib.end_surface(surface);
    if (handle) lib.unref(handle);
    return fine;
}

/* What they take, about: the pixels, and the elements of the drawing. */
static size_t bytes_of(const buf *drawing, double width, double height, double times) {
    enum { PIXEL = 4, PER_BYTE = 40 };
    return (size_t)(width * times * height * times) * PIXEL + drawing->length * PER_BYTE;
}

/* These libraries end the process where they get no memory, or leave out what they had no memory
 * for, a font perhaps. */
int png_of_svg(const buf *drawing, double width, double height, double times, buf *png, fault *f) {
    const size_t counted = bytes_of(drawing, width, height, times);
    if (!limits_take(counted)) return fault_memory(f);
    limits_fragile(text_message("the library librsvg"));
    FILE *was = listen_to_libraries();
    errno = 0;
    int ready = open_libraries(f), fine = ready && draw(drawing, width, height, times, png);
    int lacks = errno == ENOMEM;
    listen_no_more(was);
    limits_firm();
    limits_give(counted);
    if (!ready) return 0;
    if (lacks) limits_lack();
    if (lacks || png->failed) return fault_memory(f);
    if (*heard)
        return fault_set(f, FAULT_LIMIT, "the drawing cannot be made into pixels: %s", heard);
    return fine || fault_set(f, FAULT_LIMIT, "the drawing cannot be made into pixels");
}
