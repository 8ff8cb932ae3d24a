#include "rule/build_id.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/limits.h"

void file_digest(const char *path, char hex[DIGEST_HEX]) {
    fault f = FAULT_INIT;
    file_view v = FILE_VIEW_INIT;
    hex[0] = 0;
    if (files_read(path, SIZE_MAX, &v, &f)) {
        digest *d = digest_start();
        if (d) digest_add(d, v.bytes, v.length);
        digest_finish(d, hex);
        files_release(&v);
    }
    fault_release(&f);
}

int build_id_path(char path[BUILD_ID_PATH]) {
    /* Data of this very file lies in the mapping of the file it was loaded from. */
    static const char here = 0;
    char line[BUILD_ID_PATH + 256];
    int found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (!maps && errno == ENOMEM) limits_lack();
    while (maps && !found && fgets(line, sizeof line, maps)) {
        uintmax_t from, to;
        path[0] = 0;
        if (sscanf(line, "%jx-%jx %*s %*s %*s %*s %4095[^\n]", &from, &to, path) < 2) continue;
        found = (uintmax_t)(uintptr_t)&here >= from && (uintmax_t)(uintptr_t)&here < to;
    }
    if (maps) fclose(maps);
    return found && path[0] == '/';
}

void build_id_digest(char hex[DIGEST_HEX]) {
    char path[BUILD_ID_PATH];
    hex[0] = 0;
    if (build_id_path(path)) file_digest(path, hex);
}
