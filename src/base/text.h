/* Texts for people, in English and in Chinese.
 *
 * The English text in the code is the key, as in gettext. Chinese stands in base/zh_CN.po, which
 * msgfmt compiles at build and text.c carries. A text without Chinese is shown in English.
 *
 * Reports are in the language of the rules and call text_in. Messages are in one language for the
 * whole process; the functions that raise them translate their formats and hints themselves, so
 * that a caller only gives the English. scripts/texts finds the texts by the names of these
 * functions, and by the macros below; t/catalogue.t checks that each has its Chinese. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

typedef enum text_language { TEXT_ENGLISH, TEXT_CHINESE } text_language;

/* Marks a text that is translated elsewhere, when it is shown. */
#define TEXT(english) english
/* The same, where one English text needs two Chinese ones: the context tells them apart. */
#define TEXT_AS(context, english) context "\004" english

/* If set: called with every text that was looked up and has no translation. */
extern void (*text_in_vain)(const char *english);

/* The text in a language, or the same text if there is no translation; NULL for NULL. */
const char *text_in(text_language l, const char *english)
#if defined(__GNUC__)
    __attribute__((format_arg(2)))
#endif
    ;

/* The text in the language of messages. */
const char *text_message(const char *english)
#if defined(__GNUC__)
    __attribute__((format_arg(1)))
#endif
    ;

/* What an axis or a level of the index is called within a message: 指标 for "indicator". The name
 * itself where it is none of the usual ones, and in English. */
const char *text_kind(const char *name);

/* What the system says of an errno, in the language of messages. */
const char *text_of_errno(int error);

text_language text_messages(void); /* the language of messages; English at first */
void text_set_messages(text_language l);
/* "en", "zh", or a locale such as zh_CN.UTF-8; -1 for any other. */
int text_language_of(const char *name);

/* That of rules: what they say of themselves ("" where they do not), else Chinese where their title
 * has Chinese characters. */
text_language text_of_rules(const char *lang, const char *title);

/* For a command without a language option: the environment decides (the list LANGUAGE, then the
 * first of LC_ALL, LC_MESSAGES and LANG that is set); if that is nothing, C or POSIX, the first
 * rules that are opened decide. */
void text_from_environment(void);
/* The language of rules that have been opened, or a guess from their source. It counts if nothing
 * else decided; a guess is replaced later by the language of the same rules. */
void text_from_rules(text_language l, int guess);
int text_has_han(const char *text, size_t length);

/* Between these two, messages are in English, so that what scripts see of a message does not depend
 * on the user's language. They nest. */
void text_english_begin(void);
void text_english_end(void);

#endif
