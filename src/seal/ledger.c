#include "seal/ledger.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/dynlib.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

/* ---- the library ---- */

static struct {
    void *library;
    __typeof__(&sqlite3_open_v2) open;
    __typeof__(&sqlite3_close) close;
    __typeof__(&sqlite3_exec) exec;
    __typeof__(&sqlite3_errmsg) message;
    __typeof__(&sqlite3_busy_timeout) busy;
    __typeof__(&sqlite3_prepare_v2) prepare;
    __typeof__(&sqlite3_bind_text) bind;
    __typeof__(&sqlite3_step) step;
    __typeof__(&sqlite3_column_text) text;
    __typeof__(&sqlite3_column_int64) whole;
    __typeof__(&sqlite3_finalize) finalize;
    __typeof__(&sqlite3_progress_handler) progress;
    __typeof__(&sqlite3_db_config) config;
    __typeof__(&sqlite3_config) configure;
} sql;

/* Its memory is counted like ours. Each piece begins with its size. */
enum { HEAD = 16 /* keeps the alignment */ };

static void *take(int bytes) {
    int *p = mem_take((size_t)bytes + HEAD);
    if (p) *p = bytes;
    return p ? (char *)p + HEAD : NULL;
}

static void give(void *p) {
    if (p) mem_free((char *)p - HEAD);
}

static void *grow(void *p, int bytes) {
    int *next = mem_grow((char *)p - HEAD, (size_t)bytes + HEAD);
    if (next) *next = bytes;
    return next ? (char *)next + HEAD : NULL;
}

static int size_of(void *p) { return p ? *(int *)(void *)((char *)p - HEAD) : 0; }

static int round_up(int bytes) { return (bytes + 7) / 8 * 8; }

static int begin(void *self) {
    (void)self;
    return SQLITE_OK;
}

static void end(void *self) { (void)self; }

static const sqlite3_mem_methods counted = {take, give, grow, size_of, round_up, begin, end, NULL};

static int sql_ready(fault *f) {
    static const char *const files[] = {"libsqlite3.so.0", NULL};
    static const dynlib_function list[] = {{"sqlite3_open_v2", &sql.open},
                                           {"sqlite3_close", &sql.close},
                                           {"sqlite3_exec", &sql.exec},
                                           {"sqlite3_errmsg", &sql.message},
                                           {"sqlite3_busy_timeout", &sql.busy},
                                           {"sqlite3_prepare_v2", &sql.prepare},
                                           {"sqlite3_bind_text", &sql.bind},
                                           {"sqlite3_step", &sql.step},
                                           {"sqlite3_column_text", &sql.text},
                                           {"sqlite3_column_int64", &sql.whole},
                                           {"sqlite3_finalize", &sql.finalize},
                                           {"sqlite3_progress_handler", &sql.progress},
                                           {"sqlite3_db_config", &sql.config},
                                           {"sqlite3_config", &sql.configure},
                                           {NULL, NULL}};
    if (sql.library) return 1;
    void *library = dynlib_open(files, "libsqlite3-0", f);
    if (!dynlib_functions(library, list, f)) return 0;
    sql.configure(SQLITE_CONFIG_MALLOC, &counted);
    sql.library = library;
    return 1;
}

/* ---- the file ---- */

struct ledger {
    sqlite3 *db;
    char *path;
};

/* What the ledger is made of; the texts in the file must be these. */
static const char *const parts[] = {
    "CREATE TABLE run (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, folder TEXT NOT "
    "NULL, title TEXT NOT NULL, seal TEXT NOT NULL, origins TEXT NOT NULL, previous TEXT NOT NULL, "
    "digest TEXT NOT NULL) STRICT",
    "CREATE TRIGGER run_is_not_changed BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'the ledger "
    "is only added to'); END",
    "CREATE TRIGGER run_is_not_removed BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'the ledger "
    "is only added to'); END",
    "CREATE TRIGGER run_follows BEFORE INSERT ON run WHEN NEW.previous IS NOT coalesce((SELECT "
    "digest FROM run ORDER BY number DESC LIMIT 1), '') BEGIN SELECT RAISE(ABORT, 'the row does "
    "not follow the last one'); END",
};
enum { PARTS = sizeof parts / sizeof *parts };

enum { WAIT = 30000 /* ms for another writer */, LOOK = 1000 /* steps of SQLite */ };

static int is_over(void *self) {
    (void)self;
    return limits_stopped();
}

static int say(const ledger *l, int result, fault *f) {
    place at = {.file = l->path};
    int limit = result == SQLITE_FULL || result == SQLITE_NOMEM || result == SQLITE_BUSY ||
                result == SQLITE_INTERRUPT;
    return fault_at(f, limit ? FAULT_LIMIT : FAULT_USAGE, &at, NULL, "the ledger: %s",
                    l->db ? sql.message(l->db) : "out of memory");
}

/* Runs a statement that gives no rows. */
static int run(const ledger *l, const char *text, fault *f) {
    int result = sql.exec(l->db, text, NULL, NULL, NULL);
    return result == SQLITE_OK || say(l, result, f);
}

void ledger_close(ledger *l) {
    if (!l) return;
    if (l->db) sql.close(l->db);
    mem_free(l->path);
    mem_free(l);
}

static ledger *open_ledger(const char *folder, int flags, fault *f) {
    ledger *l = sql_ready(f) ? mem_zero(1, sizeof *l) : NULL;
    buf path = BUF_INIT;
    if (!l) {
        if (!f->count) fault_memory(f);
        return NULL;
    }
    buf_print(&path, "%s%s" LEDGER_FILE, folder,
              *folder && folder[strlen(folder) - 1] == '/' ? "" : "/");
    l->path = path.text;
    int result = path.failed ? SQLITE_NOMEM : sql.open(l->path, &l->db, flags, NULL);
    if (result != SQLITE_OK) {
        say(l, result, f);
        ledger_close(l);
        return NULL;
    }
    sql.busy(l->db, WAIT);
    sql.progress(l->db, LOOK, is_over, NULL);
    /* The file may come from anybody. */
    sql.config(l->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sql.config(l->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    return l;
}

/* How many rows a question has that is answered by a number; -1 with the fault. */
static long long ask(const ledger *l, const char *question, const char *text, fault *f) {
    sqlite3_stmt *s = NULL;
    long long answer = 0;
    int result = sql.prepare(l->db, question, -1, &s, NULL);
    if (result == SQLITE_OK && text) result = sql.bind(s, 1, text, -1, SQLITE_TRANSIENT);
    if (result == SQLITE_OK) result = sql.step(s);
    if (result == SQLITE_ROW) {
        answer = sql.whole(s, 0);
        result = SQLITE_OK;
    }
    if (result == SQLITE_DONE) result = SQLITE_OK;
    if (result != SQLITE_OK) {
        say(l, result, f);
        answer = -1;
    }
    sql.finalize(s);
    return answer;
}

/* Is the ledger made as it should be? -1 with the fault. */
static int is_whole(const ledger *l, fault *f) {
    for (int i = 0; i < PARTS; i++) {
        long long n = ask(l, "SELECT count(*) FROM sqlite_schema WHERE sql = ?", parts[i], f);
        if (n != 1) return n < 0 ? -1 : 0;
    }
    return 1;
}

ledger *ledger_begin(const char *folder, fault *f) {
    ledger *l = open_ledger(folder, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, f);
    if (!l) return NULL;
    int fine = run(l, "PRAGMA synchronous = FULL", f) && run(l, "BEGIN IMMEDIATE", f);
    long long made = fine ? ask(l, "SELECT count(*) FROM sqlite_schema", NULL, f) : -1;
    fine = made >= 0;
    for (int i = 0; fine && !made && i < PARTS; i++) fine = run(l, parts[i], f);
    if (fine && is_whole(l, f) == 0)
        fine = fault_at(f, FAULT_SEAL, &(place){.file = l->path},
                        "'assess history FOLDER' tells what is wrong with it",
                        "the ledger is not as it was made; nothing is added to it");
    if (fine && !f->count) return l;
    ledger_close(l);
    return NULL;
}

/* ---- rows ---- */

static void digest_text(digest *d, const char *text) {
    char length[32];
    snprintf(length, sizeof length, "%zu:", strlen(text));
    digest_add(d, length, strlen(length));
    digest_add(d, text, strlen(text));
}

static int digest_row(const ledger_row *row, const char *previous, char hex[DIGEST_HEX], fault *f) {
    char number[32];
    digest *d = digest_start();
    if (!d) return fault_memory(f);
    snprintf(number, sizeof number, "%lld", row->number);
    const char *const texts[] = {previous,   number,    row->at,     row->folder,
                                 row->title, row->seal, row->origins};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) digest_text(d, texts[i]);
    digest_finish(d, hex);
    return *hex || fault_memory(f);
}

/* The digest of the last row, and its number. */
static int read_last(const ledger *l, char previous[DIGEST_HEX], long long *number, fault *f) {
    sqlite3_stmt *s = NULL;
    int result = sql.prepare(
        l->db,
        "SELECT digest, (SELECT max(seq) FROM sqlite_sequence WHERE name = 'run') FROM run "
        "ORDER BY number DESC LIMIT 1",
        -1, &s, NULL);
    if (result == SQLITE_OK) result = sql.step(s);
    *previous = 0;
    *number = 0;
    if (result == SQLITE_ROW) {
        const char *text = (const char *)sql.text(s, 0);
        snprintf(previous, DIGEST_HEX, "%s", text ? text : "");
        *number = sql.whole(s, 1);
        result = SQLITE_DONE;
    }
    sql.finalize(s);
    return result == SQLITE_DONE || say(l, result, f);
}

int ledger_add(ledger *l, ledger_row *row, fault *f) {
    char previous[DIGEST_HEX], own[DIGEST_HEX], at[32], number[32];
    time_t now = time(NULL);
    struct tm utc;
    if (!read_last(l, previous, &row->number, f)) return 0;
    row->number++;
    if (!gmtime_r(&now, &utc) || !strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &utc)) *at = 0;
    row->at = at;
    if (!digest_row(row, previous, own, f)) return 0;
    snprintf(number, sizeof number, "%lld", row->number);
    const char *const texts[] = {number,    at,           row->folder, row->title,
                                 row->seal, row->origins, previous,    own};
    sqlite3_stmt *s = NULL;
    int result = sql.prepare(l->db,
                             "INSERT INTO run (number, at, folder, title, seal, origins, previous, "
                             "digest) VALUES (CAST(? AS INTEGER), ?, ?, ?, ?, ?, ?, ?)",
                             -1, &s, NULL);
    for (int i = 0; i < 8 && result == SQLITE_OK; i++)
        result = sql.bind(s, i + 1, texts[i], -1, SQLITE_TRANSIENT);
    if (result == SQLITE_OK) result = sql.step(s);
    if (result != SQLITE_DONE) say(l, result, f);
    sql.finalize(s);
    row->at = "";
    return result == SQLITE_DONE;
}

int ledger_commit(ledger *l, fault *f) { return run(l, "COMMIT", f); }

/* ---- reading ---- */

static const char *keep(ledger_rows *rows, sqlite3_stmt *s, int column, int *failed) {
    const char *text = (const char *)sql.text(s, column);
    const char *own = arena_text(&rows->memory, text ? text : "", text ? strlen(text) : 0);
    *failed |= !own;
    return own ? own : "";
}

static int read_rows(const ledger *l, ledger_rows *out, fault *f) {
    sqlite3_stmt *s = NULL;
    const char *previous = "";
    int failed = 0;
    int result = sql.prepare(l->db,
                             "SELECT number, at, folder, title, seal, origins, previous, digest "
                             "FROM run ORDER BY number",
                             -1, &s, NULL);
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sql.step(s);
        if (result != SQLITE_ROW) break;
        char hex[DIGEST_HEX];
        if (!MEM_RESERVE(out->row, out->count + 1, out->cap)) {
            failed = 1;
            break;
        }
        ledger_row *row = &out->row[out->count];
        *row = (ledger_row){.number = sql.whole(s, 0),
                            .at = keep(out, s, 1, &failed),
                            .folder = keep(out, s, 2, &failed),
                            .title = keep(out, s, 3, &failed),
                            .seal = keep(out, s, 4, &failed),
                            .origins = keep(out, s, 5, &failed),
                            .digest = keep(out, s, 7, &failed)};
        const char *says = keep(out, s, 6, &failed);
        long long before = out->count ? out->row[out->count - 1].number : 0;
        if (failed || !digest_row(row, says, hex, f)) break;
        row->broken = strcmp(hex, row->digest) != 0;
        if (row->number <= before)
            row->broken = 1;
        else if (row->number > before + 1)
            out->lost += (size_t)(row->number - before - 1);
        else
            row->broken |= strcmp(says, previous) != 0;
        previous = row->digest;
        out->count++;
    }
    sql.finalize(s);
    if (failed) return fault_memory(f);
    if (result != SQLITE_DONE) return f->count ? 0 : say(l, result, f);
    long long last = out->count ? out->row[out->count - 1].number : 0,
              given = ask(l, "SELECT max(seq) FROM sqlite_sequence WHERE name = 'run'", NULL, f);
    if (given > last) out->lost += (size_t)(given - last);
    return !f->count;
}

/* Where a run was killed as it wrote, what it had not finished is taken back first, which only
 * somebody who may write can do. */
static ledger *open_to_read(const char *folder, fault *f) {
    ledger *l = open_ledger(folder, SQLITE_OPEN_READONLY, f);
    if (!l ||
        sql.exec(l->db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) != SQLITE_READONLY)
        return l;
    ledger_close(l);
    return open_ledger(folder, SQLITE_OPEN_READWRITE, f);
}

int ledger_read(const char *folder, ledger_rows *out, fault *f) {
    struct stat info;
    buf path = BUF_INIT;
    *out = (ledger_rows){.memory = ARENA_INIT};
    buf_print(&path, "%s/" LEDGER_FILE, folder);
    int error = path.failed || stat(buf_string(&path), &info) == 0 ? 0 : errno, fine = 1;
    if (path.failed) fine = fault_memory(f);
    if (error && error != ENOENT && error != ENOTDIR)
        fine = fault_at(f, FAULT_USAGE, &(place){.file = buf_string(&path)}, NULL,
                        "cannot be read: %s", text_of_errno(error));
    buf_release(&path);
    if (error || !fine) return fine;
    ledger *l = open_to_read(folder, f);
    if (!l) return 0;
    /* One that is empty was begun by a run that came to nothing. */
    long long made = ask(l, "SELECT count(*) FROM sqlite_schema", NULL, f);
    if (made <= 0) {
        ledger_close(l);
        return made == 0;
    }
    int whole = is_whole(l, f);
    out->untied = whole == 0;
    /* Where the table itself is another one, there is nothing to read. */
    long long table =
        whole < 0 ? -1 : ask(l, "SELECT count(*) FROM sqlite_schema WHERE sql = ?", parts[0], f);
    fine = table == 1  ? read_rows(l, out, f)
           : table < 0 ? 0
                       : fault_at(f, FAULT_SEAL, &(place){.file = l->path}, NULL,
                                  "the ledger is damaged: it has no table of runs");
    ledger_close(l);
    return fine;
}

void ledger_release(ledger_rows *rows) {
    mem_free(rows->row);
    arena_release(&rows->memory);
    *rows = (ledger_rows){.memory = ARENA_INIT};
}

const ledger_row *ledger_find(const ledger_rows *rows, const char *folder, const char *seal) {
    const ledger_row *other = NULL;
    for (size_t i = rows->count; i-- > 0;) {
        if (!strcmp(rows->row[i].folder, folder)) return &rows->row[i];
        if (!other && !strcmp(rows->row[i].seal, seal)) other = &rows->row[i];
    }
    return other;
}
