#!/bin/sh
# What a rule may read and a test may write, where links lead, and endless and changing files.
. "$(dirname "$0")/tap.sh"
unset ASSESS_ALLOW
cd "$tmp" || exit 1
mkdir -p rules/sub samples secret
printf 'unit,indicator,value\nu1,a,1\nu2,a,3\n' >samples/x.csv
cp samples/x.csv rules/sub/x.csv
echo 'top secret,7' >secret/x.csv
within() { timeout -s KILL "$@"; }
rule() { # PATH: of the data
    printf 'return assessment { id = "a", title = "A", index = index { "all", "All", indicator { "a", "A" } },\n'
    printf '  data = { x = csv("%s", { unit = "unit", indicator = "indicator", value = "value" }) },\n' "$1"
    printf '  compute = function(a) return { total = sum(a.data.x, "indicator") } end }\n'
}
runs() { # NAME ARGUMENT...
    runs_name=$1
    shift
    run "$ASSESS" "$@"
    is "$status" 0 "$runs_name" || diag "$err"
}
refused() { # NAME FILE FOLDER ARGUMENT...: with the line of the rules, a hint, and nothing of the file
    refused_name=$1 refused_path=$2 refused_folder=$3
    shift 3
    run "$ASSESS" "$@"
    is "$status/$out" 3/ "$refused_name: refused" || diag "$err"
    contains "$err" ".lua:2:" "$refused_name: with the line"
    contains "$err" "may not read '$refused_path'" "$refused_name: and the file"
    contains "$err" "--allow $refused_folder, or ASSESS_ALLOW" "$refused_name: and what lets it be read"
    case $err in *secret,7*|*root:x*) is shown "" "$refused_name: nothing of it is shown" ;; esac
}

# ---- folders ----
rule ../samples/x.csv >rules/beside.lua
runs "data below the folder of the command" rules/beside.lua
rule sub/x.csv >rules/below.lua
(cd secret && "$ASSESS" ../rules/below.lua >"$tmp/below" 2>&1)
is "$?" 0 "data below the folder of the rules" || diag "$(cat below)"
cd rules/sub || exit 1
refused "data beside" ../../samples/x.csv ../../samples ../beside.lua
runs "--allow" ../beside.lua --allow ../../samples
ASSESS_ALLOW=/:../../samples runs "ASSESS_ALLOW" ../beside.lua
runs "--data names any file" ../beside.lua --data x="$tmp/samples/x.csv"
run "$ASSESS" ../beside.lua --allow nowhere
is "$status/$err" "2/assess: --allow nowhere: no such folder" "a folder that is not there"
ASSESS_ALLOW=nowhere run "$ASSESS" ../beside.lua
is "$status/$err" "2/assess: ASSESS_ALLOW nowhere: no such folder" "nor in the environment"
cd "$tmp/rules" || exit 1
rule /etc/passwd >passwd.lua
refused "a file of the system" /etc/passwd /etc passwd.lua
rule ../secret/x.csv >up.lua
refused "a file above" ../secret/x.csv ../secret up.lua
rule /etc/nothing-of-the-kind >none.lua
refused "a file that is not there" /etc/nothing-of-the-kind /etc none.lua
ln -s /etc/passwd link.csv
rule link.csv >link.lua
refused "a link to a file" link.csv /etc link.lua
ln -s ../secret way
rule way/x.csv >way.lua
refused "a link to a folder" way/x.csv way way.lua
rule '' >alias.lua
sed 's/csv("", {/csv("sub\/x.csv", { alias = { unit = "\/etc\/passwd" },/' alias.lua >names.lua
refused "names of units" /etc/passwd /etc names.lua
printf 'local a = 1\nreturn assessment { id = "a", title = "A", index = index_from_csv "/etc/passwd", compute = function(a) return {} end }\n' >tree.lua
refused "an index" /etc/passwd /etc tree.lua
printf 'local a = 1\nreturn extend "/etc/passwd" { title = "B" }\n' >edition.lua
refused "an edition" /etc/passwd /etc edition.lua
ln -s /etc/passwd passwd-link.lua
printf 'local a = 1\nreturn extend "passwd-link.lua" { title = "B" }\n' >edition.lua
refused "an edition behind a link" passwd-link.lua /etc edition.lua
mkdir ../base && cp below.lua ../base/first.lua && cp -r sub ../base/ &&
    printf 'return extend "../base/first.lua" { title = "B" }\n' >edition.lua
runs "an edition elsewhere, and the data beside it" edition.lua
sed 's/index = /uncertain = { ["data.x"] = one_of { "sub\/x.csv", "\/etc\/passwd" } }, index = /' below.lua >draws.lua
run "$ASSESS" vary draws.lua --draws 10
contains "$status $err" "3 draws.lua:1:" "data to draw from: refused with the line" || diag "$out"

# ---- what a test may write ----
if [ -d "$root/../shared/attacks/golden_link_write" ]; then
    cp -r "$root/../shared/attacks/golden_link_write" "$tmp/tests" && mkdir "$tmp/elsewhere" && cd "$tmp/tests" || exit 1
    ln -s ../elsewhere golden
    run "$ASSESS" test t_test.lua
    is "$status" 1 "a property that fails" || diag "$out"
    is "$(ls "$tmp/elsewhere")" "" "keeps no rows behind a link that leads out"
    rm golden
    run "$ASSESS" test t_test.lua
    is "$(ls golden)" "t-p-failing.csv" "but in a folder of its own"
fi

# ---- keys that look alike ----
cd "$tmp/rules" || exit 1
keys() { # NAME PART-OF-THE-MESSAGE FIRST SECOND
    printf 'unit,indicator,value\n%b,a,1\n%b,a,2\n' "$3" "$4" >sub/x.csv
    run "$ASSESS" below.lua
    is "$status/$out" 4/ "$1: refused"
    contains "$err" "is not the same (U+$2)" "$1: with the character" || diag "$err"
    contains "$err" "sub/x.csv:" "$1: and the line"
}
keys "a no-break space" 00A0 'U' 'U\0302\0240'
keys "a space of no width" 200B 'U' 'U\0342\0200\0213'
keys "a space of no width inside" 200B '\0342\0200\0213U' 'U'
keys "an accent by itself" 00E9 'caf\0303\0251' 'cafe\0314\0201'
keys "Chinese with an ideographic space" 3000 '\0346\0267\0261\0345\0234\0263' '\0346\0267\0261\0345\0234\0263\0343\0200\0200'
contains "$err" 'keys = "nfkc"' "with the rule that would unify them" || diag "$err"

# One label, by a rule that says so for the file or for all data.
sed 's/unit = "unit"/keys = "nfkc", unit = "unit"/' below.lua >unified.lua
sed 's/id = "a"/id = "a", keys = "nfkc"/' below.lua >all.lua
sed 's/compute/units = { "U（1）" }, compute/' all.lua >named.lua
unified() { # NAME WANT FIRST SECOND
    printf 'unit,indicator,value\n%b,a,1\n%b,b,2\n' "$3" "$4" >sub/x.csv
    for unified_by in unified all; do
        sed 's/indicator { "a", "A" }/indicator { "a", "A" }, indicator { "b", "B" }/' $unified_by.lua >both.lua
        run "$ASSESS" both.lua --format csv --output total
        contains "$out" "
$2,3" "$1: one unit, $unified_by" || diag "$out$err"
    done
}
unified "a no-break space" U 'U' 'U\0302\0240'
unified "a space of no width inside" UV '\0342\0200\0213UV' 'U\0342\0200\0213V'
unified "an accent by itself" "$(printf 'caf\303\251')" 'caf\0303\0251' 'cafe\0314\0201'
unified "full-width letters" 'U1' '\0357\0274\0265\0357\0274\0221' ' U1 '
printf 'unit,indicator,value\nU(1),a,1\nU\357\274\2101\357\274\211,b,2\n' >sub/x.csv
sed 's/indicator { "a", "A" }/indicator { "a", "A" }, indicator { "b", "B" }/' named.lua >both.lua
run "$ASSESS" both.lua --format csv --output total
contains "$out" "
U（1）,3" "as the rules write it, where they do" || diag "$out$err"
run "$ASSESS" both.lua
contains "$out" "1 label written otherwise (NFKC)" "which the report says" || diag "$out$err"
run "$ASSESS" both.lua --format json
contains "$out" '"unified_labels": 1' "and JSON"
printf 'unit,indicator,value\nU,a,1\nU\302\240,a,2\n' >sub/x.csv
run "$ASSESS" unified.lua
is "$status/$out" 4/ "two rows that become one are refused"
contains "$err" "sub/x.csv:3:unit: U, a stands on line 2 already" "with both lines" || diag "$err"
# A cell that is a list is one label after the other: separators stay, and labels are as the rules write them.
cat >lists.lua <<'END'
return assessment {
  id = "lists", keys = "nfkc", units = { "U（1）", "V" },
  data = {
    u = csv("sub/x.csv", { rows = "unit", label = "unit" }),
    t = csv("sub/t.csv", { rows = "task", label = "id", labels = { lead = "unit" } }),
  },
  compute = function(a)
    local e = a.data.t:explode("lead", { by = "；" })
    return { parts = count(e.lead, "lead") }
  end,
}
END
printf 'unit,value\nU（1）,1\nV,2\n' >sub/x.csv
printf 'id,lead\na,U(1)；V\nb,U（1）；V\n' >sub/t.csv
run "$ASSESS" lists.lua --format csv --output parts
is "$status/$out" "0/parts
4" "labels of a list are unified one by one" || diag "$out$err"
printf 'unit,indicator,value\nU,a,1\nU\302\240,a,2\n' >sub/x.csv
sed 's/"nfkc"/"nfc"/' all.lua >other.lua
run "$ASSESS" other.lua
contains "$err" "\`keys\` can only be \"nfkc\", not 'nfc'" "there is one such rule" || diag "$err"
sed 's/unit = "unit"/unit = "unit", year = "year"/' below.lua >years.lua
for year in 2011.5 -5 0 1e300; do
    printf 'unit,year,indicator,value\nu1,2011,a,1\nu1,%s,a,1\n' "$year" >sub/x.csv
    run "$ASSESS" years.lua
    is "$status/$out" 4/ "the year $year: refused"
    contains "$err" "sub/x.csv:3:year: the year " "the year $year: with the line" || diag "$err"
done

# ---- what a terminal or a spreadsheet would obey ----
printf 'unit,indicator,value\n\033[31mred,a,1\n\302\2332J,a,1\na\342\200\256b,a,1\n\357\274\235cmd,a,1\n' >sub/x.csv
run "$ASSESS" below.lua --format json
is "$status" 0 "control characters in JSON" || diag "$err"
case $out in *$(printf '\033')*|*$(printf '\302\233')*|*$(printf '\342\200\256')*) still=yes ;; *) still=no ;; esac
is "$still" no "are written as escapes"
contains "$out" '\u009b2J' "which say the same"
run "$ASSESS" below.lua --format csv
contains "$out" "'$(printf '\357\274\235')cmd" "a full-width = is no formula in CSV" || diag "$out"
contains "$out" "$(printf '\033')[31mred" "and a file gets every character as it is"
if command -v script >/dev/null; then
    script -qec "'$ASSESS' below.lua --format csv" /dev/null </dev/null >"$tmp/.shown"
    contains "$(cat "$tmp/.shown")" '␛[31mred,1' "but a terminal gets a picture of an escape"
    lacks "$(cat "$tmp/.shown")" "$(printf '\033')" "and none itself"
    lacks "$(cat "$tmp/.shown")" "$(printf '\302\233')" "nor the short form of one"
fi
printf 'unit,indicator,value\ncaf\303\251,a,1\ncafe,a,2\n\303\234,a,3\nU,a,4\n' >sub/x.csv
runs "letters with and without an accent are two" below.lua

# ---- endless and slow input ----
rule /dev/zero >zero.lua
run within 20 "$ASSESS" zero.lua --allow /dev --memory 64 --seconds 20
is "$status/$out" 5/ "/dev/zero ends with the memory" || diag "$err"
contains "$err" "--memory" "and says so"
run within 20 "$ASSESS" zero.lua --allow /dev --memory 8000 --seconds 0.2
is "$status/$out" 5/ "or with the time" || diag "$err"
contains "$err" "--seconds" "and says so"
mkfifo pipe.csv
rule pipe.csv >pipe.lua
run within 20 "$ASSESS" pipe.lua --seconds 0.3
is "$status/$out" 5/ "a pipe to which nobody writes" || diag "$err"
for signal in INT TERM; do
    timeout -k 20 -s "$signal" 1 "$ASSESS" pipe.lua >"$tmp/.out" 2>"$tmp/.err"
    is "$?" 124 "SIG$signal ends the wait for it" || diag "$(cat "$tmp/.err")"
    is "$(wc -c <"$tmp/.out")" 0 "with nothing printed"
done

# ---- an edition may lie anywhere, but no word of what may not be read is told ----
mkdir -p "$tmp/office" "$tmp/private" && cd "$tmp/office" || exit 1
echo 'local secret_word = hidden_token' >../private/config.lua
printf 'return extend "../private/config.lua" { id = "b" }\n' >next.lua
run "$ASSESS" next.lua
is "$status" 3 "an edition elsewhere that is none"
contains "$err" "next.lua:1:" "is told at the line that extends it"
contains "$err" "has a fault in line 1" "with its line"
case $err in *hidden_token* | *secret_word*) is quoted '' "and no word of it" ;; *) is '' '' "and no word of it" ;; esac
run "$ASSESS" next.lua --allow ../private
contains "$err" "hidden_token" "which --allow lets be told"
cd "$tmp" || exit 1

done_testing
