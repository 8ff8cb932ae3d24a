/* assess: the program. Signals are here, everything else is in the commands. */
#include <signal.h>
#include <stddef.h>

#include "base/limits.h"
#include "cmd/cmd.h"

/* `stopped` is what everything looks at; a limit that is reached turns it, too. */
static volatile sig_atomic_t stopped, caught;

static void on_signal(int which) {
    caught = which;
    stopped = 1;
}

/* The first Ctrl-C asks the run to end cleanly; a second one ends it at once. Reads are interrupted
 * rather than restarted, so that waiting for standard input ends, too. A signal that was ignored
 * (nohup) stays so. */
static void listen_to(int which) {
    struct sigaction old, new = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&new.sa_mask);
    if (sigaction(which, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(which, &new, NULL);
}

int main(int argc, char **argv) {
    listen_to(SIGINT);
    listen_to(SIGTERM);
    /* A reader that goes away is seen by the write that fails, and is no fault. */
    signal(SIGPIPE, SIG_IGN);
    limits_command(&stopped);
    int status = cmd_main(argc > 0 ? argc - 1 : 0, argv + (argc > 0), &stopped);
    /* Who was interrupted says so to the shell, or loops and make would go on. */
    if (caught) {
        signal(caught, SIG_DFL);
        raise(caught);
    }
    return status;
}
