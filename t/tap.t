#!/bin/sh
# The tools of the tests: a check that fails prints "not ok", and the test program fails.
. "$(dirname "$0")/tap.sh"

cat >"$tmp/c.c" <<'C'
#include "tap.h"
int main(void) {
    uint64_t seed = tap_seed();
    ok(seed == 7, "the seed is given");
    ok(0, "not true");
    is_num(0.0, -0.0, "the bits differ # here");
    is_num((double)NAN, -(double)NAN, "NaN is NaN");
    is_near(1.0, 1.1, 0.01, "too far");
    is_near(1.0, (double)NAN, 1.0, "missing is far");
    is_int(1, 2, "whole numbers");
    is_str("a", NULL, "texts");
    has_str("abc", "x", "parts");
    skip(1, "no reason");
    todo("later");
    ok(0, "may fail");
    return done_testing();
}
C
ok "a C test compiles" cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror -It \
    -o "$tmp/c" "$tmp/c.c" -lm
run env ASSESS_SEED=7 "$tmp/c"
is "$status" 1 "it fails"
is "$(printf '%s\n' "$out" | cut -c1-60)" "# ASSESS_SEED=7
ok 1 - the seed is given
not ok 2 - not true
not ok 3 - the bits differ \\# here
ok 4 - NaN is NaN
not ok 5 - too far
not ok 6 - missing is far
not ok 7 - whole numbers
not ok 8 - texts
not ok 9 - parts
ok 10 # SKIP no reason
not ok 11 - may fail # TODO later
1..11" "with these results"
contains "$err" "$tmp/c.c:12: failed: parts" "and says where"

cat >"$tmp/shell.t" <<SHELL
#!/bin/sh
cd "$root" && . t/tap.sh
run sh -c 'echo out; echo err >&2; exit 3'
is "\$status/\$out/\$err" "3/out/err" "run keeps all three"
is a b "same"
like abc '^b' "like"
contains abc x "contains"
lacks abc b "lacks"
ok "command" false
skip 1 "no reason"
done_testing
SHELL
run sh "$tmp/shell.t"
is "$(printf '%s\n' "$out" | cut -c1-40)" "ok 1 - run keeps all three
not ok 2 - same
not ok 3 - like
not ok 4 - contains
not ok 5 - lacks
not ok 6 - command
ok 7 # SKIP no reason
1..7" "a shell test can fail too"
is "$status" 1 "and does"
done_testing
