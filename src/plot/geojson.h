/* A map of the user's own: GeoJSON (RFC 7946), read for drawing.
 *
 * Areas (Polygon, MultiPolygon) and places (Point, MultiPoint) count, also within a
 * GeometryCollection; lines do not. Coordinates are as the file has them: degrees, or those of a
 * map that was projected already. */
#ifndef PLOT_GEOJSON_H
#define PLOT_GEOJSON_H

#include <jansson.h>

#include "base/arena.h"
#include "base/fault.h"

enum { GEOJSON_BYTES = 64 << 20, GEOJSON_FEATURES = 100000, GEOJSON_POINTS = 4000000 };

typedef struct geojson_feature {
    const json_t *properties; /* or NULL */
    const json_t *id;         /* or NULL */
    size_t ring, rings;       /* of the areas: those from `ring` on */
    size_t place, places;     /* of the map's points: two numbers each */
} geojson_feature;

typedef struct geojson {
    json_t *root;
    geojson_feature *feature;
    size_t features;
    double *at; /* corners of rings, and places: x and y in turn */
    size_t points;
    size_t *end; /* by ring: the point behind its last; it begins where the one before ends */
    size_t rings;
    double least[2], most[2]; /* of all points; NaN: there are none */
} geojson;

/* 0 with the fault, FAULT_DATA for what is no GeoJSON. The map is closed in either case. */
int geojson_read(const char *file, geojson *map, fault *f);
void geojson_close(geojson *map);

/* The property by which the most of these names are found among the features, and how many; NULL:
 * none of them is. `id` of a feature counts as a property of that name. The names are sorted. */
const char *geojson_key(const geojson *map, const char **name, size_t count, size_t *found);
/* The text of a property, of a number as JSON has it; "" where there is none. */
const char *geojson_text(const geojson_feature *of, const char *key, char number[40]);

#endif
