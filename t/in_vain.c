/* The program, which also puts what it looked up in the catalogue in vain into a file: with
 * t/catalogue.t, which runs it as `in_vain FILE ARGUMENT…`. */
#include <signal.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "cmd/cmd.h"

static volatile sig_atomic_t stop;
static const char *path;

static void note(const char *english) {
    FILE *to = fopen(path, "a");
    if (!to) return;
    fprintf(to, "%s%c", english, 0);
    fclose(to);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        puts("1..0 # SKIP t/catalogue.t runs it");
        return 0;
    }
    path = argv[1];
    text_in_vain = note;
    limits_command(&stop);
    return cmd_main(argc - 2, argv + 2, &stop);
}
