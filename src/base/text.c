/* The catalogue: the look-up in a compiled catalogue of GNU gettext (an MO file), and the language
 * of messages. glibc's own look-up would need a locale that is installed, and a file beside us. */
#include "base/text.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__asm__(".section .rodata\n"
        ".balign 8\n"
        "text_zh_mo:\n"
        ".incbin \"" ASSESS_CATALOGUE "\"\n"
        ".previous\n");
extern const unsigned char text_zh_mo[] __attribute__((visibility("hidden")));

/* The MO file is written in the byte order of the machine that compiles it: magic, revision, count,
 * and where the tables of keys and of translations begin; a table's entry is a length and an
 * offset. Keys are sorted. */
enum { COUNT = 2, KEYS = 3, TRANSLATIONS = 4 };

static uint32_t word_at(size_t offset) {
    uint32_t w;
    memcpy(&w, text_zh_mo + offset, sizeof w);
    return w;
}

static const char *entry(int table, size_t i) {
    return (const char *)text_zh_mo + word_at(word_at((size_t)table * 4) + 8 * i + 4);
}

static const char *chinese_of(const char *english) {
    size_t low = 0, high = word_at(COUNT * 4);
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(english, entry(KEYS, middle));
        if (order == 0) return entry(TRANSLATIONS, middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

void (*text_in_vain)(const char *english);

const char *text_in(text_language l, const char *english) {
    if (!english || !*english) return english;
    const char *bare = strchr(english, 4);
    if (l == TEXT_CHINESE) {
        const char *found = chinese_of(english);
        if (found) return found;
        if (text_in_vain) text_in_vain(english);
    }
    return bare ? bare + 1 : english;
}

/* ---- the language of messages ---- */

static atomic_int messages = TEXT_ENGLISH, english_only;
static atomic_int by_rules; /* 1: the first rules decide; 2: they did, by a guess */

text_language text_messages(void) {
    return atomic_load(&english_only) ? TEXT_ENGLISH : (text_language)atomic_load(&messages);
}

const char *text_message(const char *english) { return text_in(text_messages(), english); }

const char *text_kind(const char *name) {
    static const char *const usual[][2] = {
        {"unit", TEXT_AS("kind", "unit")},   {"indicator", TEXT_AS("kind", "indicator")},
        {"stage", TEXT_AS("kind", "stage")}, {"year", TEXT_AS("kind", "year")},
        {"group", TEXT_AS("kind", "group")}, {"index", TEXT_AS("kind", "index")},
        {"peer", TEXT_AS("kind", "peer")},   {"focus", TEXT_AS("kind", "focus")},
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (!strcmp(name, usual[i][0])) return text_message(usual[i][1]);
    return name;
}

/* strerror speaks English, for no locale is set. What a user may meet has its Chinese; a number
 * that is not here is shown as the system words it. */
const char *text_of_errno(int error) {
    switch (error) {
    case EACCES: return text_message("Permission denied");
    case ECANCELED: return text_message("Operation canceled");
    case EEXIST: return text_message("File exists");
    case EFBIG: return text_message("File too large");
    case EIO: return text_message("Input/output error");
    case EISDIR: return text_message("Is a directory");
    case ELOOP: return text_message("Too many levels of symbolic links");
    case EMFILE: return text_message("Too many open files");
    case ENAMETOOLONG: return text_message("File name too long");
    case ENOENT: return text_message("No such file or directory");
    case ENOMEM: return text_message("Cannot allocate memory");
    case ENOSPC: return text_message("No space left on device");
    case ENOTDIR: return text_message("Not a directory");
    case EPERM: return text_message("Operation not permitted");
    case EPIPE: return text_message("Broken pipe");
    case EROFS: return text_message("Read-only file system");
    default: return strerror(error);
    }
}

void text_set_messages(text_language l) {
    atomic_store(&messages, l);
    atomic_store(&by_rules, 0);
}

void text_english_begin(void) { atomic_fetch_add(&english_only, 1); }

void text_english_end(void) { atomic_fetch_sub(&english_only, 1); }

static int names(const char *text, size_t length, const char *language) {
    size_t n = strlen(language);
    return length >= n && !strncmp(text, language, n) && (length == n || strchr("_.@-", text[n]));
}

static int language_of(const char *name, size_t length) {
    return names(name, length, "zh") ? TEXT_CHINESE : names(name, length, "en") ? TEXT_ENGLISH : -1;
}

int text_language_of(const char *name) { return language_of(name, strlen(name)); }

text_language text_of_rules(const char *lang, const char *title) {
    int chinese =
        *lang ? text_language_of(lang) == TEXT_CHINESE : text_has_han(title, strlen(title));
    return chinese ? TEXT_CHINESE : TEXT_ENGLISH;
}

void text_from_environment(void) {
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *list = getenv("LANGUAGE"), *locale = NULL;
    for (size_t n; list && *list; list += n + (list[n] == ':')) {
        n = strcspn(list, ":");
        int l = language_of(list, n);
        if (l >= 0) {
            text_set_messages((text_language)l);
            return;
        }
    }
    for (int i = 0; i < 3 && !(locale && *locale); i++) locale = getenv(variables[i]);
    size_t length = locale ? strlen(locale) : 0;
    if (!length || names(locale, length, "C") || names(locale, length, "POSIX"))
        atomic_store(&by_rules, 1);
    else
        text_set_messages(names(locale, length, "zh") ? TEXT_CHINESE : TEXT_ENGLISH);
}

void text_from_rules(text_language l, int guess) {
    if (!atomic_load(&by_rules) || (guess && atomic_load(&by_rules) == 2)) return;
    atomic_store(&messages, l);
    atomic_store(&by_rules, guess ? 2 : 0);
}

/* A CJK ideograph of the first plane: three bytes from U+3400 to U+9FFF. */
int text_has_han(const char *text, size_t length) {
    for (size_t i = 0; i + 1 < length; i++) {
        unsigned char a = (unsigned char)text[i], b = (unsigned char)text[i + 1];
        if ((a == 0xE3 && b >= 0x90) || (a >= 0xE4 && a <= 0xE9)) return 1;
    }
    return 0;
}
