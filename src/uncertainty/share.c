#include "uncertainty/share.h"

#include <math.h>

share_interval share_within(double times, double of) {
    const double z = 1.959963984540054; /* the normal quantile of 0.975 */
    if (!(of > 0)) return (share_interval){NAN, NAN};
    double p = times / of, z2 = z * z / of, middle = p + z2 / 2,
           half = z * sqrt(p * (1 - p) / of + z2 / (4 * of));
    double low = times <= 0 ? 0 : (middle - half) / (1 + z2),
           high = times >= of ? 1 : (middle + half) / (1 + z2);
    return (share_interval){low, high};
}
