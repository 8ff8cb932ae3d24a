/* Texts in HTML, and the frame of a page with its Content-Security-Policy. */
#include <string.h>

#include "base/digest.h"
#include "base/width.h"
#include "html/html.h"

/* The style sheet and the script, as they stand in these two files. */
#define CARRY(name, file)                                                                          \
    __asm__(".section .rodata\n" #name ":\n.incbin \"" file "\"\n.byte 0\n.previous\n");           \
    extern const char name[] __attribute__((visibility("hidden")))
CARRY(html_style, "src/html/page.css");
CARRY(html_script, "src/html/page.js");

/* ---- texts ---- */

static void put_escaped(output *to, const char *s, size_t length, int quotes) {
    size_t from = 0;
    for (size_t i = 0; i <= length; i++) {
        const char *as = i == length             ? ""
                         : s[i] == '&'           ? "&amp;"
                         : s[i] == '<'           ? "&lt;"
                         : s[i] == '>'           ? "&gt;"
                         : s[i] == '"' && quotes ? "&#34;"
                                                 : NULL;
        if (!as) continue;
        output_put(to, s + from, i - from);
        output_text(to, as);
        from = i + 1;
    }
}

static void put_safe(output *to, const char *text, size_t length, int quotes) {
    buf safe = BUF_INIT;
    for (size_t i = 0; i < length;) { /* a line feed is a space, not a picture of one */
        const char *end = memchr(text + i, '\n', length - i);
        size_t n = end ? (size_t)(end - text) - i : length - i;
        width_safe(&safe, text + i, n);
        if (end) buf_char(&safe, ' ');
        i += n + 1;
    }
    put_escaped(to, buf_string(&safe), safe.length, quotes);
    to->held.failed |= safe.failed;
    buf_release(&safe);
}

void html_put(output *to, const char *text, size_t length) { put_safe(to, text, length, 0); }

void html_text(output *to, const char *text) { put_safe(to, text, strlen(text), 1); }

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
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
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

void html_paragraph(output *to, const char *class, const char *text) {
    output_print(to, "<p class=\"%s\">", class);
    html_text(to, text);
    output_text(to, "</p>\n");
}

void html_id(output *to, char kind, size_t number) {
    static const char digit[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char text[16], *at = text + sizeof text;
    for (*--at = 0; number; number /= 62) *--at = digit[number % 62];
    if (kind) output_char(to, kind);
    output_text(to, at);
}

/* ---- the frame ---- */

static unsigned hex_digit(char c) { return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10); }

/* The style sheet or the script without the blanks before its lines and without its comments, which
 * stand on lines of their own. A line goes on where one ends with one of `ends`. */
static const char *shorter(buf *b, const char *text, const char *ends) {
    while (*text) {
        text += strspn(text, " \n");
        size_t n = strcspn(text, "\n");
        const char *end = strncmp(text, "/*", 2) ? NULL : strstr(text, "*/");
        if (end)
            n = (size_t)(end - text) + 2;
        else if (n)
            buf_put(b, text, n), buf_text(b, strchr(ends, text[n - 1]) ? "" : "\n");
        text += n;
    }
    return buf_string(b);
}

static int is_word(char c) {
    return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || (c & 0x80);
}

/* The same without spaces that part no words, of a script: what stands in quotes stays as it is. */
static const char *closer(buf *b) {
    char quote = 0;
    size_t n = 0;
    for (size_t i = 0; i < b->length; i++) {
        char c = b->text[i];
        char before = n ? b->text[n - 1] : '\n', after = i + 1 < b->length ? b->text[i + 1] : '\n';
        int space = c == ' ' && !quote && !(is_word(before) && is_word(after)) &&
                    (before != after || !strchr("+-", before));
        if (space) continue;
        b->text[n++] = c;
        if (quote && c == '\\' && i + 1 < b->length)
            b->text[n++] = b->text[++i];
        else if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'' || c == '`')
            quote = c;
    }
    b->length = n;
    if (b->text) b->text[n] = 0;
    return buf_string(b);
}

static const char *short_script(buf *b) {
    shorter(b, html_script, ";{,(");
    return closer(b);
}

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
        {"filter", TEXT("Filter")},   {"copy", TEXT("Copy")},
        {"copied", TEXT("Copied")},   {"none", TEXT("No row contains this.")},
        {"sort", TEXT("Sort by %s")}, {"rows", TEXT("%1 of %2 rows")},
        {"table", TEXT("Table")},     {"close", TEXT("Close")},
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
    buf style = BUF_INIT, script = BUF_INIT;
    put_hash(to, shorter(&style, html_style, ";{},"));
    output_text(to, "; script-src ");
    put_hash(to, short_script(&script));
    output_text(to, "; base-uri 'none'; form-action 'none'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"referrer\" content=\"no-referrer\">\n"
                    "<meta name=\"generator\" content=\"assess\">\n");
    html_element(to, "title", *title ? title : "assess");
    output_print(to, "<style>%s</style>\n</head>\n<body", buf_string(&style));
    put_words(to, language);
    output_text(to, ">\n");
    to->held.failed |= style.failed || script.failed;
    buf_release(&style);
    buf_release(&script);
}

void html_end(output *to) {
    buf script = BUF_INIT;
    output_print(to, "<script>%s</script>\n</body>\n</html>\n", short_script(&script));
    to->held.failed |= script.failed;
    buf_release(&script);
}
