/* Texts for people, in English and in Chinese.
 *
 * The English text in the code is the key, as in gettext. Chinese stands in base/zh_CN.po, which
 * msgfmt compiles at build and text.c carries. A text without Chinese is shown in English.
 *
 * Reports speak the language of the rules and call text_in. Messages speak one language in a
 * process, and functions that raise them look up their formats and hints themselves: a call only
 * gives the English. scripts/texts finds the texts by the names of these functions, and by the
 * macros below; t/catalogue.t checks that each has its Chinese. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

typedef enum text_language { TEXT_ENGLISH, TEXT_CHINESE } text_language;

/* Marks a text that is looked up elsewhere, where it is shown. */
#define TEXT(english) english
/* The same, where one English text needs two Chinese ones: the context tells them apart. */
#define TEXT_AS(context, english) context "\004" english

/* The text in a language; the same text where it has none in it. NULL is let through. */
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

/* For a command that was not told its language: the environment decides (LANGUAGE, a list, then the
 * first of LC_ALL, LC_MESSAGES and LANG that is set), or, where that says nothing or C or POSIX,
 * the first rules that are opened. */
void text_from_environment(void);
/* The language of rules that have been opened, or what their source lets one guess. It counts where
 * nothing else decided; a guess is replaced by what is known of the same rules. */
void text_from_rules(text_language l, int guess);
int text_has_han(const char *text, size_t length);

/* What scripts can see of a message must not depend on the language of whoever runs them: between
 * these two, messages are in English. They nest. */
void text_english_begin(void);
void text_english_end(void);

#endif
