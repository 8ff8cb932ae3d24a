/* Texts in HTML, and the frame of a page with its Content-Security-Policy. */
#include <string.h>

#include "base/digest.h"
#include "base/width.h"
#include "report/html.h"

/* The style sheet and the script, as they stand in these two files. */
#define CARRY(name, file)                                                                          \
    __asm__(".section .rodata\n" #name ":\n.incbin \"" file "\"\n.byte 0\n.previous\n");           \
    extern const char name[] __attribute__((visibility("hidden")))
CARRY(html_style, "src/report/html.css");
CARRY(html_script, "src/report/html.js");

/* ---- texts ---- */

static void put_escaped(output *to, const char *s, size_t length) {
    size_t from = 0;
    for (size_t i = 0; i <= length; i++) {
        const char *as = i == length   ? ""
                         : s[i] == '&' ? "&amp;"
                         : s[i] == '<' ? "&lt;"
                         : s[i] == '>' ? "&gt;"
                         : s[i] == '"' ? "&quot;"
                                       : NULL;
        if (!as) continue;
        output_put(to, s + from, i - from);
        output_text(to, as);
        from = i + 1;
    }
}

void html_put(output *to, const char *text, size_t length) {
    buf safe = BUF_INIT;
    for (size_t i = 0; i < length;) { /* a line feed is a space, not a picture of one */
        const char *end = memchr(text + i, '\n', length - i);
        size_t n = end ? (size_t)(end - text) - i : length - i;
        width_safe(&safe, text + i, n);
        if (end) buf_char(&safe, ' ');
        i += n + 1;
    }
    put_escaped(to, buf_string(&safe), safe.length);
    to->held.failed |= safe.failed;
    buf_release(&safe);
}

void html_text(output *to, const char *text) { html_put(to, text, strlen(text)); }

void html_lines(output *to, const char *text) {
    for (;;) {
        size_t n = strcspn(text, "\n");
        html_put(to, text, n);
        if (!text[n]) return;
        output_text(to, "<br>");
        text += n + 1;
    }
}

void html_address(output *to, const char *text) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (; *text; text++) {
        if (strchr(plain, *text))
            output_char(to, *text);
        else
            output_print(to, "%%%02X", (unsigned char)*text);
    }
}

void html_element(output *to, const char *tag, const char *text) {
    output_print(to, "<%s>", tag);
    html_text(to, text);
    output_print(to, "</%s>\n", tag);
}

/* ---- the frame ---- */

static unsigned hex_digit(char c) { return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10); }

/* 'sha256-…': how the policy names a text. */
static void put_hash(output *to, const char *text) {
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char hex[DIGEST_HEX];
    unsigned char sum[33] = {0};
    digest *d = digest_start();
    if (d) digest_add(d, text, strlen(text));
    digest_finish(d, hex);
    if (!*hex) to->held.failed = 1;
    for (size_t i = 0; *hex && i < 32; i++)
        sum[i] = (unsigned char)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    output_text(to, "'sha256-");
    for (size_t i = 0; i < 33; i += 3) {
        unsigned x = (unsigned)sum[i] << 16 | (unsigned)sum[i + 1] << 8 | sum[i + 2];
        output_char(to, digit[x >> 18]);
        output_char(to, digit[x >> 12 & 63]);
        output_char(to, digit[x >> 6 & 63]);
        output_char(to, i < 30 ? digit[x & 63] : '=');
    }
    output_char(to, '\'');
}

/* What the script says, in the language of the page. */
static void put_words(output *to, text_language language) {
    static const char *const word[][2] = {
        {"filter", TEXT("Filter")},       {"copy", TEXT("Copy")},
        {"copied", TEXT("Copied")},       {"none", TEXT("No row contains this.")},
        {"sort", TEXT("Sort by %s")},     {"rows", TEXT("%1 of %2 rows")},
        {"table", TEXT("Table")},         {"close", TEXT("Close")},
    };
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        output_print(to, " data-%s=\"", word[i][0]);
        html_text(to, text_in(language, word[i][1]));
        output_char(to, '"');
    }
}

void html_begin(output *to, text_language language, const char *title) {
    output_print(to, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                 language == TEXT_CHINESE ? "zh-CN" : "en");
    output_text(to, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src ");
    put_hash(to, html_style);
    output_text(to, "; script-src ");
    put_hash(to, html_script);
    output_text(to, "; base-uri 'none'; form-action 'none'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n"
                    "<meta name=\"generator\" content=\"assess\">\n");
    html_element(to, "title", *title ? title : "assess");
    output_print(to, "<style>%s</style>\n</head>\n<body", html_style);
    put_words(to, language);
    output_text(to, ">\n");
}

void html_end(output *to) {
    output_print(to, "<script>%s</script>\n</body>\n</html>\n", html_script);
}
