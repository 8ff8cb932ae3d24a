/* A drawing as pixels. */
#include "chart/png.h"

#include <errno.h>

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
    errno = 0;
    int ready = open_libraries(f), fine = ready && draw(drawing, width, height, times, png);
    int lacks = errno == ENOMEM;
    limits_firm();
    limits_give(counted);
    if (!ready) return 0;
    if (lacks) limits_lack();
    if (lacks || png->failed) return fault_memory(f);
    return fine || fault_set(f, FAULT_LIMIT, "the drawing cannot be made into pixels");
}
