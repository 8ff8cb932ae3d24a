#!/bin/sh
# The set-up script, and the files that `make install` installs.
. "$(dirname "$0")/tap.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL

# ---- scripts/setup, on a system where one library is missing: programs that stand in for the real
# ones come first in PATH and write down how they were called.
fake=$tmp/fake
mkdir "$fake"
stand_in() { # NAME BODY
    printf '#!/bin/sh\nprintf "%%s\\n" "%s $*" >>"%s/calls"\n%s\n' "$1" "$tmp" "$2" >"$fake/$1"
    chmod +x "$fake/$1"
}
stand_in pkg-config 'case "$*" in *jansson*) exit 1;; esac'
stand_in apt-get ''
stand_in sudo 'exit 1'

run scripts/setup
is "$status/$out$err" "0/" "set-up says nothing where nothing is missing"

stand_in id 'echo 1000'
run env PATH="$fake:$PATH" scripts/setup
is "$status" 1 "set-up fails where it may not install"
contains "$err" "apt-get install --no-install-recommends libjansson-dev" "it gives the command to install"
lacks "$err" "liblua5.4-dev" "the command has only what is missing"
lacks "$(cat "$tmp/calls")" "apt-get" "it has not tried to install"

stand_in id 'echo 0'
: >"$tmp/calls"
run env PATH="$fake:$PATH" scripts/setup
is "$status" 0 "as root, set-up installs"
is "$(grep '^apt-get' "$tmp/calls")" "apt-get -qq update
apt-get -qq install -y --no-install-recommends libjansson-dev" "it updates first, and installs only what is missing"

stand_in apt-get 'echo "E: no network" >&2; exit 100'
run env PATH="$fake:$PATH" scripts/setup
is "$status" 1 "set-up fails where apt-get fails"
contains "$err" "E: no network" "it shows what apt-get said"

run scripts/setup --everything
is "$status" 2 "an unknown option is refused"

# ---- make install, from a copy of this build: another PREFIX compiles a part again.
mkdir "$tmp/build"
(cd "$tap_build" && cp -a obj assess libassess.* datadir share "$tmp/build/")
prefix=$tmp/prefix
install_to() { make BUILD="$tmp/build" SAN="${ASSESS_SAN-}" PREFIX="$prefix" "$@"; }

run install_to install
is "$status" 0 "make install succeeds" || diag "$err"
is "$(cd "$prefix" && find . -type f -o -type l | grep -v '/methods/\|/assess-' | LC_ALL=C sort)" "./bin/assess
./include/assess.h
./lib/libassess.a
./lib/libassess.so
./lib/libassess.so.0
./lib/pkgconfig/assess.pc
./share/assess/LICENSE
./share/assess/assess.d.lua
./share/bash-completion/completions/assess
./share/fish/vendor_completions.d/assess.fish
./share/man/man1/assess.1
./share/zsh/site-functions/_assess" "make install installs these files"
commands=$("$ASSESS" help | sed -n 's/^  assess \[\{0,1\}\([a-z]*\)\]\{0,1\} .*/\1/p' | grep -v '^rules$' | LC_ALL=C sort | uniq)
for folder in man1 zh_CN/man1; do
    is "$(cd "$prefix/share/man/$folder" && ls assess-*.1 | sed 's/assess-//; s/\.1$//' | LC_ALL=C sort)" "$commands" \
        "a page for each command in $folder"
done
is "$("$prefix/bin/assess" help diff --roff)" "$(cat "$prefix/share/man/man1/assess-diff.1")" "is what the program says"
is "$(LANGUAGE=zh "$prefix/bin/assess" help diff --roff)" "$(cat "$prefix/share/man/zh_CN/man1/assess-diff.1")" "in Chinese, too"
is "$("$prefix/bin/assess" completion fish)" "$(cat "$prefix/share/fish/vendor_completions.d/assess.fish")" "and so are the scripts of shells"
is "$(ls "$prefix/share/assess/methods")" "$(ls rules/methods)" "make install installs all methods"

# The rules run where there is no methods/ beside them, from another directory.
mkdir -p "$tmp/elsewhere/cwd"
cp -R rules samples "$tmp/elsewhere/"
rm -r "$tmp/elsewhere/rules/methods"
from_elsewhere() (cd "$tmp/elsewhere/cwd" && "$prefix/bin/assess" "$@")
run "$ASSESS" --format csv --output rank rules/2011.lua
want=$out
run from_elsewhere --format csv --output rank ../rules/2011.lua
is "$status" 0 "the installed program finds its methods" || diag "$err"
is "$out" "$want" "the installed program gives the same ranks"
contains "$want" "Shenzhen,stage1," "there are ranks of all units"

# A program that was moved takes the library that moved with it.
mv "$prefix" "$prefix.moved"
run sh -c 'cd / && exec "$@"' sh "$prefix.moved/bin/assess" --format csv --output rank "$tmp/elsewhere/rules/2011.lua"
is "$out" "$want" "the installation works after it was moved" || diag "$err"
mv "$prefix.moved" "$prefix"

# One that was not installed takes that of its sources.
run "$ASSESS" --format csv --output rank "$tmp/elsewhere/rules/2011.lua"
is "$out" "$want" "a program that was only built finds its methods" || diag "$err"

# --methods and ASSESS_METHODS come first.
mkdir -p "$tmp/mine/methods"
cat >"$tmp/mine/methods/normalise.lua" <<'LUA'
error "mine"
LUA
run "$ASSESS" --methods "$tmp/mine" "$tmp/elsewhere/rules/2011.lua"
is "$status" 3 "--methods names another folder of methods"
contains "$err" "2011.lua:7:19: mine (in methods/normalise.lua:1)" "the methods of that folder are used"
run "$ASSESS" --methods="$tmp/mine/methods" "$tmp/elsewhere/rules/2011.lua"
contains "$err" "methods/normalise.lua:1" "--methods may name methods/ itself"
run env ASSESS_METHODS="$tmp/mine" "$ASSESS" "$tmp/elsewhere/rules/2011.lua"
contains "$err" "2011.lua:7:19: mine (in methods/normalise.lua:1)" "ASSESS_METHODS names a folder of methods, too"
run env ASSESS_METHODS="$tmp/mine" "$ASSESS" --format csv --output rank rules/2011.lua
is "$out" "$want" "methods/ beside the rules comes first"
run "$ASSESS" --methods "$tmp/none" rules/2011.lua
is "$status/$err" "2/assess: --methods $tmp/none: no such folder — it is the folder that holds methods/" \
    "a folder of methods that is not there is refused"

# ---- the library, used as a stranger would.
is "$(nm -D --defined-only "$prefix/lib/libassess.so" | awk '$2 != "A" && $3 !~ /^assess_/')" "" \
    "the shared library shows assess_ names only"
like "$(readelf -d "$prefix/lib/libassess.so")" 'SONAME.*\[libassess\.so\.0\]' "the shared library has its soname"
cat >"$tmp/use.c" <<'C'
#include <assess.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    assess *a = assess_new();
    if (argc != 2 || !a || strcmp(assess_version(), ASSESS_VERSION) != 0) return 1;
    if (assess_open(a, argv[1]) != ASSESS_OK || assess_run(a) != ASSESS_OK) return 2;
    const assess_array *rank = assess_output_named(a, "rank");
    printf("%s %s %d\n", assess_fact(a, "id"), rank ? rank->name : "none", rank ? (int)rank->axes : 0);
    assess_free(a);
    return 0;
}
C
# shellcheck disable=SC2086 # lists of flags are words
use() { # NAME FLAG-FOR-PKG-CONFIG LINK-FLAG
    flags=$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --cflags --libs $2 assess) &&
        cc -std=c11 -Wall -Wextra -Werror ${ASSESS_SAN:+-fsanitize=address,undefined} \
            -o "$tmp/use-$1" "$tmp/use.c" $3 $flags ${LDFLAGS-} &&
        LD_LIBRARY_PATH=$prefix/lib "$tmp/use-$1" rules/2011.lua
}
run use shared "" ""
is "$out" "2011 rank 2" "a program builds with pkg-config against the shared library" || diag "$err"
rm -f "$prefix"/lib/libassess.so*
run use static --static ""
is "$out" "2011 rank 2" "a program builds with pkg-config against the static library" || diag "$err"

run install_to uninstall
is "$(find "$prefix" -type f -o -type l)" "" "make uninstall leaves no file"

run install_to DESTDIR="$tmp/stage" install
is "$status" 0 "an install can be staged"
ok "a staged install is below DESTDIR" test -x "$tmp/stage$prefix/bin/assess"
ok "with the pages" test -f "$tmp/stage$prefix/share/man/man1/assess-diff.1"
is "$(find "$prefix" -type f)" "" "a staged install writes nothing elsewhere"

done_testing
