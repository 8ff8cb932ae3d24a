/* assess: the program. It handles signals and leaves everything else to the commands. */
#include <signal.h>
#include <stddef.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cmd/cmd.h"

/* `stopped` ends the work when it is not 0; a limit that is reached sets it, too. */
static volatile sig_atomic_t stopped, caught;

static void on_signal(int which) {
    caught = which;
    limits_raise(&stopped);
    limits_interrupt(which);
}

/* The first Ctrl-C ends the run cleanly, or by force where that takes too long; a second one at
 * once. Without SA_RESTART, waiting for standard input ends, too. A signal that was ignored (nohup)
 * stays ignored. */
static void listen_to(int which) {
    struct sigaction old, new = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&new.sa_mask);
    if (sigaction(which, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(which, &new, NULL);
}

int main(int argc, char **argv) {
    mem_begin();
    listen_to(SIGINT);
    listen_to(SIGTERM);
    /* A reader of the output that goes away is no fault; the write that fails tells of it. */
    signal(SIGPIPE, SIG_IGN);
    /* Nor is a limit of the size of files. It is XSI. */
#ifdef SIGXFSZ
    signal(SIGXFSZ, SIG_IGN);
#endif
    limits_command(&stopped);
    int status = cmd_main(argc > 0 ? argc - 1 : 0, argv + (argc > 0), &stopped);
    /* The shell must see that the program was interrupted, or loops and make would go on. */
    if (caught) {
        signal(caught, SIG_DFL);
        raise(caught);
    }
    return status;
}
