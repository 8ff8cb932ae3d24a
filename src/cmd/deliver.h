/* Commands that compute by a rule file and deliver a document: to standard output, or to the file
 * of -o. The document is written whole or not at all. */
#ifndef CMD_DELIVER_H
#define CMD_DELIVER_H

#include "cmd/arguments.h"
#include "report/document.h"
#include "report/unit_report.h"

struct delivery {
    const arguments *given;
    assess *session; /* has been run */
    const volatile sig_atomic_t *stop;
    output *out;
    page *page;
    int done; /* `make` has written the files of -o itself */
};

/* Opens where the document goes, with a page on it that suits it. */
void deliver_open(output *out, page *text, const arguments *given,
                  const volatile sig_atomic_t *stop);
/* Writes what is held to where it goes. */
int deliver_close(output *out, const arguments *given, const volatile sig_atomic_t *stop, fault *f);
/* The same for what goes to standard output alone. A full disk, or one that has become too large,
 * is a limit that was reached; any other failure is wrong usage. */
int deliver_finish(output *out, fault *f);

/* Puts a document into the format that was asked for. */
int deliver_document(const arguments *given, const document *p, page *to, fault *f);

/* Runs a command from its arguments to its exit status. */
int deliver_run(const command *c, int count, char *const *argument,
                const volatile sig_atomic_t *stop);

/* Finds the unit, and lets `make` fill a document on it with a title, given in English. */
int deliver_unit(delivery *d, const char *kind, const char *title,
                 int (*make)(const arguments *a, const view *v, size_t row, document *p, fault *f),
                 fault *f);

/* Gives a session the settings and data that were asked for. */
assess_status session_prepare(assess *a, const arguments *of, const volatile sig_atomic_t *stop,
                              fault *f);
/* The same, opens the rules and runs them. What goes wrong is in the messages, or the fault. */
assess_status session_compute(assess *a, const arguments *of, const volatile sig_atomic_t *stop,
                              fault *f);

#endif
