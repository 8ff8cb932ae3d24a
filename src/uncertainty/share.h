/* Probabilities by counting: how well so many draws know them. */
#ifndef UNCERTAINTY_SHARE_H
#define UNCERTAINTY_SHARE_H

/* An interval that holds the probability of something that came `times` in `of` draws, 95 times in
 * a hundred (Wilson 1927). NaN where there were no draws. */
typedef struct share_interval {
    double low, high;
} share_interval;
share_interval share_within(double times, double of);

#endif
