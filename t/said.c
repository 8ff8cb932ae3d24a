/* What commands say: of mistakes in their options and files, and of what is rare. The cases are in
 * t/said/NAME.txt, each in a folder of its own:
 *
 *     = what is tried   the name of the next checks
 *     file PATH         the lines that follow, each behind "| ", become this file
 *     edit PATH         the first text "- FROM" of the file becomes "+ TO"; "\n": the end of a line
 *     is PATH           the lines that follow, each behind "| ", are this file
 *     holds PATH        and these stand in it, one behind the other
 *     cut PATH N        of the file N bytes are left
 *     reseal PATH       the last line of a seal is made anew, for what stands before it now
 *     shell COMMAND     is done there
 *     & ARGUMENT…       what all commands from here on begin with
 *     $ ARGUMENT…       a command, of words or of 'words with spaces'; < FILE: its input
 *     ? STATUS          with which it ends (0)
 *     > TEXT            which it writes, to either output
 *     >> TEXT           which is a whole line of it
 *     ! TEXT            which it does not
 *
 * What the last command wrote is in the file .said. ROOT in arguments, files and commands stands
 * for the top of the project. A command is run in a copy of this process, without a program that is
 * loaded anew. With an argument, only these cases.
 */
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "seal/seal.h"

enum { WORDS = 64, TEXTS = 32, LOST = 99 };

static char root[4096];
static volatile sig_atomic_t stop;

typedef struct trial {
    char name[200], first[400], command[2000], *held, *word[WORDS], input[200];
    int words, status, texts, line;
    struct {
        int wanted, line;
        char text[600];
    } text[TEXTS];
} trial;

/* Of LeakSanitizer, where it is linked: 1 if something is lost now. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static void give_up(const char *what) {
    perror(what);
    exit(1);
}

static char *read_whole(const char *path, size_t *length) {
    FILE *in = fopen(path, "rb");
    size_t room = 1 << 16, n;
    char *text = malloc(room + 1);
    *length = 0;
    while (in && text && (n = fread(text + *length, 1, room - *length, in)) > 0)
        if ((*length += n) == room) text = realloc(text, (room *= 2) + 1);
    if (!in || !text) give_up(path);
    fclose(in);
    text[*length] = 0;
    return text;
}

static void write_whole(const char *path, const char *text, size_t length) {
    char folder[400];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *p = folder + 1; (p = strchr(p, '/')); *p++ = '/') {
        *p = 0;
        mkdir(folder, 0777);
    }
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(text, 1, length, out) != length || fclose(out)) give_up(path);
}

/* A text with what ROOT and \n stand for. */
static void put_text(buf *out, const char *text) {
    for (; *text; text++)
        if (!strncmp(text, "ROOT", 4)) {
            buf_text(out, root);
            text += 3;
        } else if (text[0] == '\\' && text[1] == 'n') {
            buf_char(out, '\n');
            text++;
        } else {
            buf_char(out, *text);
        }
}

static void edit(const char *path, const char *from, const char *to, const char *where) {
    buf old = BUF_INIT, new = BUF_INIT, all = BUF_INIT;
    size_t length;
    char *text = read_whole(path, &length), *at = NULL;
    put_text(&old, from);
    put_text(&new, to);
    for (size_t i = 0; i + old.length <= length && !at; i++)
        if (!memcmp(text + i, old.text, old.length)) at = text + i;
    if (!at) {
        ok(0, "%s: %s has no '%s'", where, path, from);
    } else {
        buf_put(&all, text, (size_t)(at - text));
        buf_put(&all, buf_string(&new), new.length);
        buf_put(&all, at + old.length, length - (size_t)(at - text) - old.length);
        write_whole(path, all.text, all.length);
    }
    free(text);
    buf_release(&old);
    buf_release(&new);
    buf_release(&all);
}

static void reseal(const char *path) {
    buf all = BUF_INIT;
    fault f = FAULT_INIT;
    char hex[DIGEST_HEX];
    size_t length;
    char *text = read_whole(path, &length), *line = strstr(text, " \"seal\": \"");
    int part = !strncmp(text, "assess-part", 11);
    if (part) line = text + length - DIGEST_HEX;
    if (!line || !seal_sum(text, (size_t)(line - text), hex, &f)) give_up(path);
    buf_put(&all, text, (size_t)(line - text));
    buf_print(&all, part ? "%s\n" : " \"seal\": \"%s\"\n}\n", hex);
    write_whole(path, all.text, all.length);
    free(text);
    buf_release(&all);
}

static void split(trial *t) {
    buf all = BUF_INIT;
    if (*t->first) put_text(&all, t->first);
    if (*t->first) buf_char(&all, ' ');
    put_text(&all, t->command);
    t->words = 0;
    *t->input = 0;
    t->held = strdup(buf_string(&all));
    for (char *p = t->held; p && *p && t->words < WORDS;) {
        int quoted = *p == '\'';
        char *word = p += quoted;
        p += strcspn(p, quoted ? "'" : " ");
        if (*p) *p++ = 0;
        if (quoted && *p == ' ') p++;
        t->word[t->words++] = word;
    }
    if (t->words > 1 && !strcmp(t->word[t->words - 2], "<")) {
        snprintf(t->input, sizeof t->input, "%s", t->word[t->words - 1]);
        t->words -= 2;
    }
    buf_release(&all);
}

static int says(const char *said, const char *text, int line) {
    for (const char *p = said; (p = strstr(p, text)); p++)
        if (!line || ((p == said || p[-1] == '\n') && strchr("\n", p[strlen(text)]))) return 1;
    return 0;
}

static void attempt(trial *t) {
    int status = 0, at = 0;
    size_t length;
    split(t);
    fflush(NULL);
    pid_t child = fork();
    if (child < 0) give_up("fork");
    if (!child) {
        int out = open(".said", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666),
            in = open(*t->input ? t->input : "/dev/null", O_RDONLY);
        if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
            give_up(t->input);
        close(in);
        close(out);
        mem_begin();
        limits_command(&stop);
        status = cmd_main(t->words, t->word, &stop);
        fflush(NULL);
        if (__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check()) status = LOST;
        _exit(status);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    char *said = read_whole(".said", &length);
    for (size_t i = 0; i < length; i++)
        if (!said[i]) said[i] = '?';
    int ended = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    while (at < t->texts && says(said, t->text[at].text, t->text[at].line) == t->text[at].wanted)
        at++;
    if (!ok(ended == t->status && at == t->texts, "%s:%d: %s", t->name, t->line, t->command))
        diag("status %d, want %d; %s: %s\n%s", ended, t->status,
             at == t->texts       ? "texts"
             : t->text[at].wanted ? "missing"
                                  : "unwanted",
             at == t->texts ? "as wanted" : t->text[at].text, said);
    free(said);
    free(t->held);
    t->words = t->texts = t->status = 0;
    *t->command = 0;
}

/* The lines behind "| " from `at` on, into a file or compared with one. */
static const char *use_lines(const char *line, const char *at, const char *where) {
    buf all = BUF_INIT, whole = BUF_INIT;
    const char *path = strchr(line, ' ') + 1;
    while (*at == '|') {
        const char *end = strchr(at, '\n');
        at += 1 + (at[1] == ' ');
        buf_put(&all, at, (size_t)(end - at) + 1);
        at = end + 1;
    }
    for (const char *p = buf_string(&all); *p;) {
        const char *next = strstr(p, "ROOT");
        buf_put(&whole, p, next ? (size_t)(next - p) : strlen(p));
        if (next) buf_text(&whole, root);
        p = next ? next + 4 : p + strlen(p);
    }
    if (*line == 'f') {
        write_whole(path, buf_string(&whole), whole.length);
    } else {
        size_t length;
        char *text = read_whole(path, &length);
        int same = length == whole.length && !memcmp(text, buf_string(&whole), length);
        if (!ok(same || (*line == 'h' && strstr(text, buf_string(&whole))), "%s: %s", where, line))
            diag("%s", text);
        free(text);
    }
    buf_release(&all);
    buf_release(&whole);
    return at;
}

static void take_line(trial *t, const char *line, char *from, char *path, size_t room,
                      const char *where) {
    const char *rest = line + (line[0] && line[1] == ' ' ? 2 : 1);
    char number[32];
    switch (*line) {
    case '=': snprintf(t->name, sizeof t->name, "%s: %s", where, rest); break;
    case '&': snprintf(t->first, sizeof t->first, "%s", rest); break;
    case '$': snprintf(t->command, sizeof t->command, "%s", rest); break;
    case '?': t->status = atoi(rest); break;
    case '>':
    case '!':
        if (t->texts == TEXTS) give_up("too many texts");
        t->text[t->texts].wanted = *line == '>';
        t->text[t->texts].line = line[1] == '>';
        rest += 2 * t->text[t->texts].line;
        snprintf(t->text[t->texts++].text, sizeof t->text->text, "%s", rest);
        break;
    case '-': snprintf(from, room, "%s", rest); break;
    case '+': edit(path, from, rest, t->name); break;
    case 'e': sscanf(line, "edit %199s", path); break;
    case 'c':
        if (sscanf(line, "cut %199s %31s", path, number) != 2 || truncate(path, atol(number)))
            give_up(line);
        break;
    case 'r': reseal(line + strlen("reseal ")); break;
    case 's': {
        buf all = BUF_INIT;
        put_text(&all, line + strlen("shell "));
        if (system(buf_string(&all))) ok(0, "%s: %s", t->name, line);
        buf_release(&all);
        break;
    }
    default:
        if (*line && *line != '#') ok(0, "%s: what is '%s'?", where, line);
    }
}

static void each_case(const char *file) {
    char path[4400], folder[300], from[600], line[2000], edited[200] = "";
    size_t length;
    int number = 0;
    trial t = {.name = ""};
    snprintf(path, sizeof path, "%s/t/said/%s", root, file);
    char *text = read_whole(path, &length);
    snprintf(folder, sizeof folder, "%s/%.100s", tap_folder(), file);
    if (mkdir(folder, 0777) || chdir(folder)) give_up(folder);
    for (const char *p = text; *p;) {
        const char *end = strchr(p, '\n');
        if (!end) give_up("no end of line");
        snprintf(line, sizeof line, "%.*s", (int)(end - p), p);
        number++;
        /* What a command must say stands behind it. */
        if (*t.command && (!*line || !strchr("?>!", *line))) attempt(&t);
        p = end + 1;
        if (*line == '$') t.line = number;
        if (!strncmp(line, "file ", 5) || !strncmp(line, "is ", 3) || !strncmp(line, "holds ", 6)) {
            const char *begin = p;
            p = use_lines(line, p, t.name);
            for (; begin < p; begin++) number += *begin == '\n';
        } else {
            take_line(&t, line, from, edited, sizeof from, file);
        }
    }
    if (*t.command) attempt(&t);
    free(text);
    if (chdir(root)) give_up(root);
}

static int is_case(const struct dirent *d) {
    size_t n = strlen(d->d_name);
    return n > 4 && !strcmp(d->d_name + n - 4, ".txt");
}

int main(int argc, char **argv) {
    struct dirent **entry = NULL;
    setenv("LANGUAGE", "en", 1);
    setenv("ASSESS_FREE", "1", 1); /* a command gives back what it took */
    unsetenv("ASSESS_ALLOW");
    unsetenv("NO_COLOR");
    unsetenv("CI");
    if (!getcwd(root, sizeof root)) give_up("the working folder");
    int count = scandir("t/said", &entry, is_case, alphasort);
    if (count < 0) give_up("t/said");
    for (int i = 0; i < count; i++) {
        if (argc < 2 || strstr(entry[i]->d_name, argv[1])) each_case(entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    return done_testing();
}
