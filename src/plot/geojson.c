#include "plot/geojson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/mem.h"
#include "base/text.h"

enum { DEEPEST = 8, KEYS = 200 };

typedef struct reader {
    geojson *map;
    const char *file;
    size_t at; /* the feature that is read */
    size_t points_cap, rings_cap, features_cap;
    fault *f;
} reader;

static int refuse(const reader *r, const char *what) {
    const place at = {.file = r->file};
    return fault_at(r->f, FAULT_DATA, &at, NULL, "feature %zu: %s", r->at + 1, text_message(what));
}

/* ---- coordinates ---- */

static int add_point(reader *r, const json_t *pair) {
    geojson *m = r->map;
    const json_t *x = json_array_get(pair, 0), *y = json_array_get(pair, 1);
    if (!json_is_number(x) || !json_is_number(y))
        return refuse(r, "a position must be two numbers: [113.9, 22.5]");
    if (m->points == GEOJSON_POINTS)
        return fault_set(r->f, FAULT_LIMIT, "%s: more than %d positions", r->file, GEOJSON_POINTS);
    if (!MEM_RESERVE(m->at, 2 * m->points + 2, r->points_cap)) return fault_memory(r->f);
    const double at[2] = {json_number_value(x), json_number_value(y)};
    for (int k = 0; k < 2; k++) {
        if (fabs(at[k]) > 1e9) return refuse(r, "a coordinate is beyond all maps");
        m->at[2 * m->points + (size_t)k] = at[k];
        m->least[k] = fmin(m->least[k], at[k]);
        m->most[k] = fmax(m->most[k], at[k]);
    }
    m->points++;
    return 1;
}

static int add_ring(reader *r, const json_t *ring) {
    geojson *m = r->map;
    if (json_array_size(ring) < 4)
        return refuse(r, "a ring must be a list of four or more positions");
    if (!MEM_RESERVE(m->end, m->rings + 1, r->rings_cap)) return fault_memory(r->f);
    for (size_t i = 0; i < json_array_size(ring); i++)
        if (!add_point(r, json_array_get(ring, i))) return 0;
    m->end[m->rings++] = m->points;
    m->feature[r->at].rings++;
    return 1;
}

static int add_polygon(reader *r, const json_t *rings) {
    if (!json_is_array(rings)) return refuse(r, "a polygon must be a list of rings");
    for (size_t i = 0; i < json_array_size(rings); i++)
        if (!add_ring(r, json_array_get(rings, i))) return 0;
    return 1;
}

/* Areas in one pass over the file and places in another, so that the corners of rings come first
 * and follow one another. */
static int add_geometry(reader *r, const json_t *geometry, int places, int depth) {
    const char *type = json_string_value(json_object_get(geometry, "type"));
    const json_t *at = json_object_get(geometry, "coordinates");
    geojson_feature *of = &r->map->feature[r->at];
    if (!geometry || json_is_null(geometry)) return 1;
    if (!type) return refuse(r, "its geometry has no type");
    if (!strcmp(type, "GeometryCollection")) {
        const json_t *list = json_object_get(geometry, "geometries");
        if (depth == DEEPEST) return refuse(r, "its geometry is nested too deeply");
        for (size_t i = 0; i < json_array_size(list); i++)
            if (!add_geometry(r, json_array_get(list, i), places, depth + 1)) return 0;
        return 1;
    }
    if (!strcmp(type, "Polygon")) return places || add_polygon(r, at);
    if (!strcmp(type, "MultiPolygon")) {
        if (!json_is_array(at)) return refuse(r, "a MultiPolygon must be a list of polygons");
        for (size_t i = 0; !places && i < json_array_size(at); i++)
            if (!add_polygon(r, json_array_get(at, i))) return 0;
        return 1;
    }
    int many = !strcmp(type, "MultiPoint");
    if (!places || (!many && strcmp(type, "Point") != 0)) return 1;
    for (size_t i = 0; i < (many ? json_array_size(at) : 1); i++) {
        if (!add_point(r, many ? json_array_get(at, i) : at)) return 0;
        of->places++;
    }
    return 1;
}

/* ---- the file ---- */

static int add_feature(reader *r, const json_t *item) {
    geojson *m = r->map;
    const char *type = json_string_value(json_object_get(item, "type"));
    r->at = m->features;
    if (!type || strcmp(type, "Feature") != 0) return refuse(r, "it is no Feature");
    if (m->features == GEOJSON_FEATURES)
        return fault_set(r->f, FAULT_LIMIT, "%s: more than %d features", r->file, GEOJSON_FEATURES);
    if (!MEM_RESERVE(m->feature, m->features + 1, r->features_cap)) return fault_memory(r->f);
    m->feature[m->features++] = (geojson_feature){.properties = json_object_get(item, "properties"),
                                                  .id = json_object_get(item, "id")};
    return 1;
}

static int read_features(reader *r) {
    geojson *m = r->map;
    const json_t *list = json_object_get(m->root, "features");
    const char *type = json_string_value(json_object_get(m->root, "type"));
    const place at = {.file = r->file};
    if (!type || strcmp(type, "FeatureCollection") != 0 || !json_is_array(list))
        return fault_at(r->f, FAULT_DATA, &at, "a map is a GeoJSON file (RFC 7946)",
                        "no FeatureCollection");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!add_feature(r, json_array_get(list, i))) return 0;
    for (int places = 0; places < 2; places++)
        for (size_t i = 0; i < m->features; i++) {
            geojson_feature *of = &m->feature[i];
            r->at = i;
            if (places)
                of->place = m->points;
            else
                of->ring = m->rings;
            if (!add_geometry(r, json_object_get(json_array_get(list, i), "geometry"), places, 0))
                return 0;
        }
    if (!m->points)
        return fault_at(r->f, FAULT_DATA, &at, NULL, "the map has neither areas nor places");
    return 1;
}

int geojson_read(const char *file, geojson *map, fault *f) {
    reader r = {.map = map, .file = file, .f = f};
    file_view bytes = FILE_VIEW_INIT;
    json_error_t error;
    *map = (geojson){.least = {NAN, NAN}, .most = {NAN, NAN}};
    if (!files_read(file, GEOJSON_BYTES, &bytes, f)) return 0;
    const char *from = bytes.bytes;
    size_t length = bytes.length;
    if (length >= 3 && !memcmp(from, "\xef\xbb\xbf", 3)) {
        from += 3;
        length -= 3;
    }
    map->root = json_loadb(from, length, 0, &error);
    files_release(&bytes);
    if (!map->root) {
        const place at = {.file = file, .line = error.line, .column = error.column};
        return fault_at(f, FAULT_DATA, &at, "a map is a GeoJSON file (RFC 7946)", "no JSON: %s",
                        error.text);
    }
    return read_features(&r);
}

void geojson_close(geojson *map) {
    json_decref(map->root);
    mem_free(map->feature);
    mem_free(map->at);
    mem_free(map->end);
    *map = (geojson){0};
}

/* ---- names ---- */

static const json_t *property(const geojson_feature *of, const char *key) {
    const json_t *x = json_object_get(of->properties, key);
    return x || strcmp(key, "id") != 0 ? x : of->id;
}

const char *geojson_text(const geojson_feature *of, const char *key, char number[40]) {
    const json_t *x = property(of, key);
    if (json_is_string(x)) return json_string_value(x);
    if (json_is_integer(x)) {
        snprintf(number, 40, "%lld", (long long)json_integer_value(x));
        return number;
    }
    return "";
}

static int compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_found(const geojson *map, const char *key, const char *const *name,
                          size_t count) {
    size_t found = 0;
    char number[40];
    for (size_t i = 0; i < map->features; i++) {
        const char *text = geojson_text(&map->feature[i], key, number);
        found += *text && bsearch(&text, name, count, sizeof *name, compare);
    }
    return found;
}

const char *geojson_key(const geojson *map, const char **name, size_t count, size_t *found) {
    const char *best = NULL, *seen[KEYS];
    size_t keys = 0;
    *found = 0;
    qsort(name, count, sizeof *name, compare);
    /* the properties of the first features: others are rarely of another form */
    for (size_t i = 0; i < map->features && i < KEYS; i++) {
        const char *key;
        json_t *x;
        json_object_foreach((json_t *)map->feature[i].properties, key, x) {
            size_t k = 0;
            while (k < keys && strcmp(seen[k], key) != 0) k++;
            if (k == keys && keys < KEYS) seen[keys++] = key;
        }
    }
    size_t k = 0;
    while (k < keys && strcmp(seen[k], "id") != 0) k++;
    if (k == keys && keys < KEYS) seen[keys++] = "id";
    for (k = 0; k < keys; k++) {
        size_t n = count_found(map, seen[k], name, count);
        if (n > *found) {
            *found = n;
            best = seen[k];
        }
    }
    return best;
}
