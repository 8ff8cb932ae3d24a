/* Sets of numbers: unions of a few intervals. What a condition lets through is such a set. */
#ifndef CHECK_INTERVAL_SET_H
#define CHECK_INTERVAL_SET_H

enum { REALS_PARTS = 16 };

/* An end belongs to the interval unless it is open; ends at infinity are open. */
typedef struct interval {
    double lo, hi;
    int lo_open, hi_open;
} interval;

/* Parts are disjoint and ascending. `lost`: it had more parts than fit and stands for anything. */
typedef struct reals {
    interval part[REALS_PARTS];
    int parts, lost;
} reals;

reals reals_all(void);
reals reals_none(void);
reals reals_between(double lo, int lo_open, double hi, int hi_open);
reals reals_both(const reals *a, const reals *b);
reals reals_outside(const reals *a);
reals reals_either(const reals *a, const reals *b);
int reals_empty(const reals *a);                  /* certainly */
int reals_within(const reals *a, const reals *b); /* a is certainly inside b */
int reals_has(const reals *a, double x);
/* Some number of the set, one that a reader likes; whole: a whole number. 0 where there is none. */
int reals_some(const reals *a, int whole, double *out);

#endif
