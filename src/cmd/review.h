/* The desk at which golden files are reviewed: shows what changed and asks on the terminal. */
#ifndef CMD_REVIEW_H
#define CMD_REVIEW_H

#include <signal.h>

#include "report/page.h"
#include "testing/testing.h"

typedef struct review_desk {
    page *page;
    const volatile sig_atomic_t *stop;
} review_desk;

testing_review review_of(const review_desk *desk); /* borrows it */

#endif
