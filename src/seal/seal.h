/* A sealed run: a folder that holds outputs, copies of all that they were computed from, and the
 * seal, a text that lists all of these with their SHA-256.
 *
 *     run/seal.json            the seal: rules, options, engine, files
 *     run/rank.csv …           the outputs, as -o DIR writes them
 *     run/draws.json           where draws were asked for: what `assess vary -f json` writes of
 * them run/inputs/…             rules and data, as they lay beside one another
 *     run/library/methods/…    the methods that did not lie with the rules
 *     run/given/…              data that the command line named, or that had no place beside the
 *                              rules
 *     run/.assess.sha256       for sha256sum -c
 *
 * Outputs are computed from the copies, with inputs/ as the working folder, so that they do not
 * depend on where the originals lie. Nothing in the folder tells the time or the machine: the same
 * rules, data, options and engine give the same bytes. The last member of seal.json is the SHA-256
 * of all lines before it; the ledger (seal/ledger.h) keeps it, too.
 *
 * A sealed run may come from anybody, so nothing in it is believed: paths stay in the folder, and
 * its rules read below inputs/, library/ and given/ only. */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include <signal.h>

#include "assess.h"
#include "base/arena.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/files.h"
#include "format/format.h"

#define SEAL_FILE "seal.json"
#define SEAL_DRAWS "draws.json"

typedef struct seal_pair {
    const char *name, *value;
} seal_pair;

typedef struct seal_file {
    const char *path; /* in the folder of the run */
    const char *kind; /* "rules", "method", "data", "output" */
    size_t bytes;
    char sha256[DIGEST_HEX];
} seal_file;

typedef struct seal {
    arena memory;
    const char *rules; /* below inputs/ */
    const char *title;
    const char *language; /* of messages in the outputs: "en" or "zh" */
    const char *version, *engine;
    seal_pair *option, *data; /* data: NAME, and a file as --data takes it, seen from inputs/ */
    size_t options, datas;
    size_t warnings;
    seal_file *file; /* inputs, then outputs */
    size_t files;
    char sum[DIGEST_HEX]; /* the seal's own SHA-256 */
} seal;

#define SEAL_INIT ((seal){.memory = ARENA_INIT, .title = "", .language = "en"})

void seal_release(seal *s);

/* Puts the text of seal.json, and its SHA-256 into the seal. */
int seal_write(seal *s, buf *out, fault *f);
/* Reads it. FAULT_USAGE where the folder is no sealed run, FAULT_SEAL where the seal is damaged. */
int seal_read(seal *s, const char *folder, fault *f);
/* The SHA-256 of some bytes; 0 without memory. */
int seal_sum(const void *bytes, size_t length, char hex[DIGEST_HEX], fault *f);

/* ---- inputs.c: what a session has read ---- */

typedef struct seal_input {
    const char *path; /* in the folder of the run */
    const char *kind;
    const char *origin; /* from the root; NULL: standard input */
    file_view view;
    const char *text; /* in place of the view: what standard input gave */
    size_t length;
} seal_input;

typedef struct seal_inputs {
    seal_input *item;
    size_t count, cap;
} seal_inputs;

/* Gathers the files that a session has read, which was run with rules named by a relative path, and
 * says in the seal where its rules and the data of the command line are. After either end,
 * seal_inputs_release. */
int seal_gather(seal *s, const assess *a, seal_inputs *in, fault *f);
void seal_inputs_release(seal_inputs *in);

/* ---- draws.c: draws of what is uncertain ---- */

/* Is it an option of draws? A session does not know those. */
int seal_is_of_draws(const char *option);
/* Can the draws that the seal asks for be sealed? To be asked of the session on the originals,
 * since the copies lack what only draws read. 0 with the fault. */
int seal_check_draws(const seal *s, assess *a, fault *f);
/* Adds SEAL_DRAWS to the outputs of a session that was run, if the seal has draws. All of them are
 * there, or 0 with the fault. */
int seal_make_draws(const seal *s, assess *a, const view *v, const volatile sig_atomic_t *stop,
                    folder_files *out, fault *f);

/* ---- again.c: computing by the copies ---- */

/* What a session gets that is not in the seal: its limits. */
typedef struct seal_limits {
    const seal_pair *setting;
    size_t settings;
    const volatile sig_atomic_t *stop;
} seal_limits;

/* A session with all that the seal says, for rules below `inputs` ("": the working folder). NULL
 * with the fault. */
assess *seal_session(const seal *s, const char *inputs, const seal_limits *limits, fault *f);
/* Computes the outputs by the copies in the folder. The status is the session's, which is the
 * caller's to free whatever happened; what `out` holds, too. */
assess_status seal_compute(const seal *s, const char *folder, const seal_limits *limits,
                           assess **session, folder_files *out, fault *f);

#endif
