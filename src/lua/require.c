/* Rule files: read, checked, and required from one another.
 *
 * A module's name is a path below the folder of the rule file that requires it, itself or through
 * another module, with dots for slashes. Where there is none, names that begin with "methods." are
 * looked for below the folder of the setting, then where the library lies that came with this
 * program. No part of the way below these folders may be a link, so that nothing outside of them is
 * ever read. Editions that extend one another each have the modules of their own folder. */
#include "lua/inside.h"

#include <dirent.h>
#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <utf8proc.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "lua/compiled.h"
#include "rule/result.h"

#ifndef ASSESS_DATADIR
#define ASSESS_DATADIR "/usr/local/share/assess"
#endif

enum { MODULES_MOST = 64, NAME_MOST = 200 };

/* registry: results by file and folder; false while a module is being run */
static const char modules_key = 0;
static const char folders_key = 0; /* registry: the folder that each file requires from */

/* ---- reading ---- */

/* Where the text stops being UTF-8; `length` if it is UTF-8 throughout. */
static size_t utf8_until(const char *text, size_t length) {
    size_t i = 0;
    while (i < length) {
        utf8proc_int32_t c;
        uint64_t eight = 0;
        if (length - i >= sizeof eight) memcpy(&eight, text + i, sizeof eight);
        if (length - i >= sizeof eight && !(eight & UINT64_C(0x8080808080808080))) {
            i += sizeof eight;
            continue;
        }
        if ((unsigned char)text[i] < 0x80) {
            i++;
            continue;
        }
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + i,
                                              (utf8proc_ssize_t)(length - i), &c);
        if (n <= 0) break;
        i += (size_t)n;
    }
    return i;
}

static int check_text(const char *path, const char *text, size_t length, fault *f) {
    place at = {.file = path, .line = 1};
    if (length >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
        return fault_at(f, FAULT_RULE, &at, "save it as UTF-8", "the file is saved as UTF-16");
    if (length && text[0] == '\x1b')
        return fault_at(f, FAULT_RULE, &at, NULL, "compiled Lua is not taken, only its text");
    size_t good = utf8_until(text, length);
    const char *nul = memchr(text, 0, length);
    if (good == length && !nul) return 1;
    size_t until = nul && (size_t)(nul - text) < good ? (size_t)(nul - text) : good;
    for (size_t i = 0; i < until; i++) at.line += text[i] == '\n';
    if (until < good || good == length)
        return fault_at(f, FAULT_RULE, &at, NULL, "a NUL byte stands here: this is no text");
    return fault_at(f, FAULT_RULE, &at, "save it as UTF-8; it may be saved as GBK or GB18030",
                    "the file is not UTF-8 from here on");
}

/* Reads a rule file; its number, or -1 with the fault. */
static int source_load(host *h, const char *path, fault *f) {
    int known = sources_find(h->files, path);
    if (known >= 0) return known;
    size_t most = h->settings.source ? h->settings.source : SIZE_MAX / 2;
    file_view view = FILE_VIEW_INIT;
    fault reading = FAULT_INIT;
    if (!files_read(path, most, &view, &reading)) {
        if (reading.kind == FAULT_LIMIT)
            fault_at(f, FAULT_LIMIT, &(place){.file = path}, "the setting source raises the limit",
                     "the rule file is larger than %zu KiB", most >> 10);
        else
            fault_set(f, FAULT_USAGE, "%s",
                      reading.listed && reading.item[0].text ? reading.item[0].text : path);
        fault_release(&reading);
        return -1;
    }
    const char *text = view.bytes;
    size_t length = view.length;
    if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
        text += 3;
        length -= 3;
    }
    int file = -1;
    if (check_text(path, text, length, f)) {
        file = sources_add(h->files, path, text, length);
        if (file < 0) fault_memory(f);
    }
    files_release(&view);
    return file;
}

/* Pushes the chunk of a text that is not there compiled; raises what the check of the text or Lua's
 * parser finds. */
static void parse_chunk(lua_State *L, int file, const char *name) {
    host *h = host_of(L);
    fault *f = host_fault(L);
    if (!h->settings.plain && !lint_check(h->files, file, f)) host_raise(L, f);
    size_t length;
    const char *text = sources_text(h->files, file, &length);
    if (length && text[0] == '#') { /* a first line for the shell */
        const char *end = memchr(text, '\n', length);
        length -= end ? (size_t)(end - text) : length;
        text = end ? end : text;
    }
    if (luaL_loadbufferx(L, text, length, name, "t") != LUA_OK) lua_error(L);
}

/* Pushes a file's chunk, its environment set. Its modules are looked for below `folder`. */
static void source_chunk(lua_State *L, int file, const char *folder) {
    host *h = host_of(L);
    luaL_checkstack(L, 4, NULL);
    registry_table(L, &folders_key);
    lua_pushstring(L, folder);
    lua_rawseti(L, -2, file);
    lua_pop(L, 1);
    size_t length;
    const char *text = sources_text(h->files, file, &length);
    char name[32];
    snprintf(name, sizeof name, "=#%d", file);
    if (!compiled_push(L, text, length, name)) parse_chunk(L, file, name);
    sandbox_push(L);
    lua_setupvalue(L, -2, 1);
}

/* ---- finding ---- */

static int is_part(int c) {
    return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

static int is_module_name(const char *name, size_t length) {
    if (length > NAME_MOST || strlen(name) != length) return 0;
    for (const char *p = name; *p; p++)
        if (!is_part((unsigned char)*p) && (*p != '.' || p == name || p[-1] == '.' || !p[1]))
            return 0;
    return *name != 0;
}

/* folder/a/b.lua for a.b. */
static void module_path(const char *folder, const char *name, buf *path) {
    buf_clear(path);
    if (strcmp(folder, ".") != 0) buf_print(path, "%s/", folder);
    for (const char *p = name; *p; p++) buf_char(path, *p == '.' ? '/' : *p);
    buf_text(path, ".lua");
}

/* 1: it is a plain file; 0: it is not there; -1: a link stands in the way; -2: errno says why it
 * cannot be told. Looks at each part below the folder. */
static int find_plain_file(const char *folder, const char *name, buf *path) {
    module_path(folder, name, path);
    size_t from = path->length - strlen(name) - 4;
    struct stat info;
    for (char *p = path->failed ? NULL : path->text + from; p; p++) {
        if (*p && *p != '/') continue;
        char kept = *p;
        *p = 0;
        int found = lstat(path->text, &info) == 0;
        *p = kept;
        if (!found) return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : -2;
        if (S_ISLNK(info.st_mode)) return -1;
        if (!kept) return S_ISREG(info.st_mode);
        if (!S_ISDIR(info.st_mode)) return 0;
    }
    return 0;
}

/* The module of the same folder whose name is nearest; written into `best`, which is empty where
 * there is none. */
static void nearest_module(const char *folder, const char *name, char best[NAME_MOST + 1]) {
    buf path = BUF_INIT;
    const char *last = strrchr(name, '.');
    buf_text(&path, folder);
    for (const char *p = name; last && p < last; p++) {
        if (p == name || *p == '.') buf_char(&path, '/');
        if (*p != '.') buf_char(&path, *p);
    }
    DIR *d = path.failed ? NULL : opendir(buf_string(&path));
    if (!d && errno == ENOMEM) limits_lack();
    const char *word = last ? last + 1 : name;
    suggestion near = suggest_for(word);
    char kept[NAME_MOST + 1];
    for (struct dirent *e; d && (e = readdir(d));) {
        char own[NAME_MOST + 1];
        size_t n = strlen(e->d_name);
        if (n < 5 || n - 4 > NAME_MOST || strcmp(e->d_name + n - 4, ".lua") != 0) continue;
        memcpy(own, e->d_name, n - 4);
        own[n - 4] = 0;
        suggest_try(&near, own);
        near.longer = NULL; /* `own` does not last */
        if (near.best == own) {
            memcpy(kept, own, n - 3);
            near.best = kept;
        }
    }
    if (d) closedir(d);
    size_t before = (size_t)(word - name);
    if (suggest_best(&near) && before + strlen(kept) <= NAME_MOST) {
        memcpy(best, name, before);
        memcpy(best + before, kept, strlen(kept) + 1);
    }
    buf_release(&path);
}

/* Where the library may lie that came with this program: below share/ of wherever it was installed
 * or moved to, in the sources it was built from, and where it was built to be installed. */
enum { OWN_FOLDERS = 5 };

static const char *own_folder(int which, buf *folder) {
    static const char *const below[] = {"/share/assess", "/rules"};
    char program[BUILD_ID_PATH];
    if (which == OWN_FOLDERS - 1) return ASSESS_DATADIR;
    if (!build_id_path(program)) return NULL;
    for (int up = 0; up < 2 + which / 2; up++) {
        char *slash = strrchr(program, '/');
        if (!slash) return NULL;
        *slash = 0;
    }
    buf_clear(folder);
    buf_print(folder, "%s%s", program, below[which % 2]);
    return folder->failed ? NULL : buf_string(folder);
}

/* The folders to find_plain_file in for a module, in turn; NULL after the last. */
static const char *module_folder(const host *h, const char *first, const char *name, int turn,
                                 buf *own) {
    if (turn == 0) return first;
    if (strncmp(name, "methods.", 8) != 0) return NULL;
    if (turn == 1 && h->settings.methods) return h->settings.methods;
    for (int which = turn - (h->settings.methods ? 2 : 1); which < OWN_FOLDERS; which++) {
        const char *folder = own_folder(which, own);
        if (folder) return folder;
    }
    return NULL;
}

/* The file number of a module, or -1 with the fault filled. */
static int module_file(host *h, const char *first, const char *name, fault *f) {
    const char *folder;
    buf own = BUF_INIT;
    buf path = BUF_INIT, advice = BUF_INIT;
    char best[NAME_MOST + 1] = "";
    int file = -1, found = 0;
    for (int i = 0; !found && (folder = module_folder(h, first, name, i, &own)) != NULL; i++) {
        found = find_plain_file(folder, name, &path);
        if (found == -2)
            fault_set(f, FAULT_RULE, "%s cannot be read: %s", buf_string(&path),
                      text_of_errno(errno));
        else if (found < 0)
            fault_set(f, FAULT_RULE, "%s is a link: modules are plain files in plain folders",
                      buf_string(&path));
        else if (found)
            file = source_load(h, buf_string(&path), f);
        else if (i < 2)
            buf_print(&advice, "%s%s", i ? text_message(" and ") : text_message("looked for "),
                      buf_string(&path));
    }
    if (!found) {
        for (int i = 0; !*best && (folder = module_folder(h, first, name, i, &own)) != NULL; i++)
            nearest_module(folder, name, best);
        if (*best) {
            buf_clear(&advice);
            buf_print(&advice, text_message("did you mean '%s'?"), best);
        }
        fault_at(f, FAULT_RULE, NULL, buf_string(&advice), "there is no module '%s'", name);
    }
    buf_release(&path);
    buf_release(&own);
    buf_release(&advice);
    return file;
}

const char *source_nearest(lua_State *L, const char *folder, const char *name) {
    char best[NAME_MOST + 1] = "";
    if (strlen(name) <= NAME_MOST) nearest_module(folder, name, best);
    return *best ? lua_pushstring(L, best) : NULL;
}

/* The folder that the file requires from that the script is in; pushed. */
static const char *push_folder(lua_State *L) {
    int file;
    long line;
    registry_table(L, &folders_key);
    if (!host_where(L, &file, &line) || lua_rawgeti(L, -1, file) != LUA_TSTRING)
        lua_pushliteral(L, ".");
    lua_replace(L, 2);
    lua_settop(L, 2);
    return lua_tostring(L, 2);
}

int require_module(lua_State *L) {
    host *h = host_of(L);
    if (lua_type(L, 1) != LUA_TSTRING)
        return host_error(L, "require", "require \"methods.normalise\"",
                          "require needs the name of a module");
    size_t length;
    const char *name = lua_tolstring(L, 1, &length);
    if (!is_module_name(name, length))
        return host_error(
            L, name, "a module stands below the rule file's folder: require \"methods.normalise\"",
            "'%.200s' is no name of a module", name);
    fault *f = host_fault(L);
    lua_settop(L, 1);
    const char *folder = push_folder(L);
    int file = module_file(h, folder, name, f);
    if (file < 0) {
        if (f->listed && !f->item[0].file) { /* the caret goes under the name */
            place at = host_place(L, name);
            fault placed = FAULT_INIT;
            fault_at(&placed, f->kind == FAULT_USAGE ? FAULT_RULE : f->kind, &at, f->item[0].hint,
                     "%s", f->item[0].text ? f->item[0].text : name);
            fault_release(f);
            fault_move(f, &placed);
        }
        return host_raise(L, f);
    }
    registry_table(L, &modules_key); /* name folder modules */
    lua_pushfstring(L, "%d %s", file, folder);
    lua_pushvalue(L, -1);
    int known = lua_rawget(L, 3); /* … key result */
    if (known == LUA_TBOOLEAN && !lua_toboolean(L, -1))
        return host_error(L, name, "move what both need into a third module",
                          "the modules require each other in a circle");
    if (known != LUA_TNIL) return 1;
    if (sources_count(h->files) > MODULES_MOST)
        return host_error(L, name, NULL, "more than %d modules", MODULES_MOST);
    lua_settop(L, 4);
    lua_pushvalue(L, 4);
    lua_pushboolean(L, 0);
    lua_rawset(L, 3);
    source_chunk(L, file, folder);
    lua_call(L, 0, 1);
    if (lua_isnil(L, 5) || (lua_isboolean(L, 5) && !lua_toboolean(L, 5)))
        return host_error(L, name, "end it with: return M", "the module %s returns nothing",
                          sources_name(h->files, file));
    if (lua_type(L, 5) == LUA_TTABLE) host_strict(L, 5, name);
    lua_pushvalue(L, 4);
    lua_pushvalue(L, 5);
    lua_rawset(L, 3);
    return 1;
}

/* ---- editions ---- */

static int run_file(lua_State *L) {
    source_chunk(L, (int)lua_tointeger(L, 1), lua_tostring(L, 2));
    lua_call(L, 0, 1);
    return 1;
}

/* Protected, for want of memory. */
static int push_folder_of(lua_State *L) {
    const char *path = lua_touserdata(L, 1), *slash = strrchr(path, '/');
    lua_pushlstring(L, slash ? path : ".", slash && slash != path ? (size_t)(slash - path) : 1);
    return 1;
}

int host_run_file(host *h, const char *path, fault *f) {
    int file = source_load(h, path, f);
    if (file < 0) return 0;
    if (h->editions == HOST_EDITIONS)
        return fault_set(f, FAULT_LIMIT, "more than %d editions, one upon the other",
                         HOST_EDITIONS);
    if (!lua_checkstack(h->L, 4)) return fault_memory(f);
    h->edition[h->editions++] = file;
    lua_pushcfunction(h->L, push_folder_of);
    lua_pushlightuserdata(h->L, (void *)path);
    if (!host_call(h, 1, 1, f)) return 0;
    lua_pushcfunction(h->L, run_file);
    lua_insert(h->L, -2);
    lua_pushinteger(h->L, file);
    lua_insert(h->L, -2);
    return host_call(h, 2, 1, f);
}

int host_run_first(host *h, const char *path, fault *f) {
    place at = {.file = path};
    fault found = FAULT_INIT;
    if (host_run_file(h, path, &found)) return 1;
    if (found.kind == FAULT_USAGE && found.listed && !found.item[0].file) {
        const char *text = found.item[0].text;
        fault_put(f, FAULT_USAGE, &at, found.item[0].hint, text ? text : path);
        fault_release(&found);
    }
    fault_move(f, &found);
    return 0;
}
