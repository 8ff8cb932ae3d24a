# Tests in shell that print TAP. A file t/NAME.t is executable and looks like this:
#
#     #!/bin/sh
#     . "$(dirname "$0")/tap.sh"
#     run "$ASSESS" rules/2011.lua
#     is "$status" 0 "the sample assessment runs"
#     contains "$out" "Shenzhen" "and names the focus"
#     done_testing
#
# $ASSESS is the program under test, $tmp an empty directory that goes away at the end, $root the
# project's top directory, which is also where the test starts.

root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$root" || exit 1
tap_build=${ASSESS_BUILD:-build}
case $tap_build in /*) ;; *) tap_build=$root/$tap_build ;; esac
ASSESS=${ASSESS_BIN:-$tap_build/assess}
case $ASSESS in /*) ;; *) ASSESS=$root/$ASSESS ;; esac
reference=${ASSESS_REFERENCE:-$root/../shared/reference}
tmp=$(mktemp -d) || exit 1
# Tests run in folders of their own; tests of what rules may read unset it.
export ASSESS_ALLOW="$root/..:$tmp"
export LANGUAGE=en # of messages, whatever the environment and the rules say
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
tap_run=0
tap_failed=0
tap_newline='
'

# run COMMAND ARGUMENT...: its standard output in $out, standard error in $err, status in $status.
run() {
    status=0
    "$@" >"$tmp/.out" 2>"$tmp/.err" </dev/null || status=$?
    out=$(cat "$tmp/.out")
    err=$(cat "$tmp/.err")
}

# Each check succeeds if it holds: is "$status" 0 "it runs" || diag "$err".
diag() { printf '%s\n' "$*" | sed 's/^/# /' >&2; }

# A name is one line, and a # in it must not start a directive.
tap_result() { # STATUS NAME
    tap_run=$((tap_run + 1))
    tap_name=$(printf '%s' "$2" | tr '\n' ' ' | sed 's/#/\\#/g')
    if [ "$1" = 0 ]; then
        printf 'ok %d - %s\n' "$tap_run" "$tap_name"
    else
        tap_failed=$((tap_failed + 1))
        printf 'not ok %d - %s\n' "$tap_run" "$tap_name"
        diag "$0: failed: $2"
        return 1
    fi
}

# ok NAME COMMAND ARGUMENT...: the command succeeds.
ok() {
    tap_what=$1
    shift
    if "$@" >/dev/null 2>"$tmp/.ok"; then
        tap_result 0 "$tap_what"
    else
        tap_result 1 "$tap_what"
        diag "command: $*$tap_newline$(cat "$tmp/.ok")"
        return 1
    fi
}

# is GOT WANT NAME: the texts are the same.
is() {
    if [ "$1" = "$2" ]; then
        tap_result 0 "$3"
    else
        tap_result 1 "$3"
        diag "got:  $1${tap_newline}want: $2"
        return 1
    fi
}

# like GOT REGEX NAME: a line of GOT matches the extended regular expression.
like() {
    if printf '%s\n' "$1" | grep -Eq -e "$2"; then
        tap_result 0 "$3"
    else
        tap_result 1 "$3"
        diag "got:  $1${tap_newline}want a line like: $2"
        return 1
    fi
}

# contains GOT TEXT NAME; lacks GOT TEXT NAME: TEXT is, or is not, somewhere in GOT.
contains() {
    case $1 in
    *"$2"*) tap_result 0 "$3" ;;
    *) tap_result 1 "$3"; diag "got:  $1${tap_newline}want in it: $2"; return 1 ;;
    esac
}
lacks() {
    case $1 in
    *"$2"*) tap_result 1 "$3"; diag "got:  $1${tap_newline}must not hold: $2"; return 1 ;;
    *) tap_result 0 "$3" ;;
    esac
}

# skip COUNT REASON: reports checks that cannot run here.
skip() {
    tap_left=$1
    while [ "$tap_left" -gt 0 ]; do
        tap_run=$((tap_run + 1))
        printf 'ok %d # SKIP %s\n' "$tap_run" "$2"
        tap_left=$((tap_left - 1))
    done
}

# skip_all REASON: none of this file's tests can run here.
skip_all() {
    printf '1..0 # SKIP %s\n' "$1"
    exit 0
}

done_testing() {
    printf '1..%d\n' "$tap_run"
    [ "$tap_failed" = 0 ] && [ "$tap_run" -gt 0 ]
    exit
}
