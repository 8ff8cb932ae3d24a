/* What commands on sealed runs have in common. */
#ifndef CMD_SEAL_LIMITS_H
#define CMD_SEAL_LIMITS_H

#include "cmd/cmd.h"
#include "seal/seal.h"

/* The limits that the command line gave, for sessions on sealed runs; in the memory. 0 with the
 * fault. */
int seal_limits_of(const delivery *d, arena *memory, seal_limits *out, fault *f);

#endif
