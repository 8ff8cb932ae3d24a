#!/bin/sh
# Sealed runs: record, verify, history. What is changed anywhere is found and told.
. "$(dirname "$0")/tap.sh"
unset ASSESS_ALLOW
cd "$tmp" || exit 1
mkdir -p 规则/sub 'the data'
printf 'unit,indicator,value\nu1,a,1\nu1,b,2\nu2,a,3\nu2,b,4\n' >'the data/x.csv'
cat >规则/first.lua <<'END'
local part = require "sub.part"
return assessment { id = "a", title = "First",
  index = index { "all", "All", indicator { "a", "A", weight = 1 }, indicator { "b", "B", weight = 3 } },
  params = { cap = 10 },
  data = { x = csv("../the data/x.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  compute = function(a)
    local total = part.total(a.data.x, a.index.weight)
    return { total = least(total, a.params.cap), rank = rank(total, "unit") }
  end }
END
printf 'return { total = function(x, w) return sum(x * w, "indicator") end }\n' >规则/sub/part.lua
sealed() { sed -n 's/^ "seal": "\(.*\)"$/\1/p' "$1/seal.json"; }
left() { find . -name '*.part' | head -3; }

# ---- record ----
run "$ASSESS" record 规则/first.lua -o 'runs/first one'
is "$status$err" 0 "a run is sealed"
contains "$out" "$(sealed 'runs/first one')" "its seal is told"
is "$(cd 'runs/first one' && find . -type f | sort | tr '\n' ' ')" \
    "./.assess.sha256 ./inputs/the data/x.csv ./inputs/规则/first.lua ./inputs/规则/sub/part.lua ./rank.csv ./result.json ./seal.json ./total.csv " \
    "outputs, and copies of what they were computed from"
ok "sha256sum checks it" sh -c 'cd "runs/first one" && sha256sum --quiet -c .assess.sha256'
is "$(head -n -2 'runs/first one/seal.json' | sha256sum | cut -d' ' -f1)" "$(sealed 'runs/first one')" "the seal is the SHA-256 of the lines before it"
run "$ASSESS" run 'runs/first one/inputs/规则/first.lua' --format csv --output total
is "$status/$out" "0/$(cat 'runs/first one/total.csv')" "the copies are rules like any"

mkdir elsewhere && cp -R 规则 'the data' elsewhere/
(cd elsewhere && TZ=Asia/Shanghai "$ASSESS" record "$PWD/规则/first.lua" -o ../runs/second -q --lang zh >/dev/null 2>&1)
is "$?" 0 "the same, from another folder, by a path from the root, in another language"
ok "gives the same bytes" diff -r 'runs/first one' runs/second

run "$ASSESS" record 规则/first.lua -o runs/second
is "$status" 2 "what is there is never replaced"
contains "$err" "runs/second: is there already" "and that is told"
ok "and it is as it was" diff -r 'runs/first one' runs/second
run "$ASSESS" record 规则/first.lua
is "$status" 2 "a folder must be named"
echo file >taken
run "$ASSESS" record 规则/first.lua -o taken
is "$status/$(cat taken)" 2/file "a file is not replaced"
ln -s runs link
run "$ASSESS" record 规则/first.lua -o link
is "$status/$(readlink link)" 2/runs "nor a link"
mkdir empty
run "$ASSESS" record 规则/first.lua -o empty -q
is "$status" 0 "an empty folder may be filled"
rm -r empty assess-history.sqlite
printf 'unit,indicator,value\nu1,a,x\n' >bad.csv
run "$ASSESS" record 规则/first.lua --data x=bad.csv -o runs/bad
is "$status/$(ls -d runs/bad 2>&1 | grep -c 'No such')" 4/1 "data at fault: nothing is left"
sed 's/"..\/the data/"'"$(printf '%s' "$tmp" | sed 's/\//\\\//g')"'\/the data/' 规则/first.lua >规则/root.lua
run "$ASSESS" record 规则/root.lua -o runs/root
is "$status" 0 "data named from the root is sealed as given" || diag "$err"
ok "and can be verified" "$ASSESS" verify runs/root
run sh -c '"$0" record 规则/first.lua --data x=- -o runs/input -q <"the data/x.csv"' "$ASSESS"
is "$status$err" 0 "standard input is sealed"
ok "as a copy" cmp runs/input/given/x.csv 'the data/x.csv'
ok "and verified" "$ASSESS" verify runs/input
is "$(left)" "" "nothing is left lying about"

# ---- draws ----
run "$ASSESS" record 规则/first.lua --draws 200 --seed 7 --vary '*.weight=noise(0.5)' -o drawn/draws
is "$status$err" 0 "draws are sealed"
(cd drawn/draws/inputs && "$ASSESS" vary 规则/first.lua --draws 200 --seed 7 --vary '*.weight=noise(0.5)' -f json) >vary.json
ok "as vary makes them from the copies" cmp vary.json drawn/draws/draws.json
contains "$(tr -d ' \n' <drawn/draws/seal.json)" '{"name":"seed","value":"7"}' "with their seed"
run "$ASSESS" verify drawn/draws --threads 2
is "$status/$(printf '%s' "$out" | grep -c 'all 4 outputs')" 0/1 "they are made again"
run "$ASSESS" record 规则/first.lua --draws 200 --seed 8 --vary '*.weight=noise(0.5)' -o drawn/seed -q
ok "another seed gives others" sh -c '! cmp -s drawn/draws/draws.json drawn/seed/draws.json'
cp drawn/seed/draws.json drawn/draws/draws.json
run "$ASSESS" verify drawn/draws
is "$status/$(printf '%s' "$out" | grep -c '^draws.json  output  changed')" 6/1 "draws of another run are found"
run "$ASSESS" record 规则/first.lua --seed 7 -o drawn/none
is "$status" 2 "a seed without draws is refused"
run "$ASSESS" record 规则/first.lua --draws 200 -o drawn/none
is "$status" 2 "so are draws where nothing is uncertain"
cp 'the data/x.csv' other.csv
run "$ASSESS" record 规则/first.lua --draws 9 --vary 'data.x=one_of("the data/x.csv", "other.csv")' -o drawn/none
contains "$status $err" "2 assess: draws that read further files cannot be sealed" "and draws that read further files"
ok "nothing is left of these" test ! -e drawn/none

# ---- verify ----
run "$ASSESS" verify 'runs/first one/'
is "$status$err" 0 "as sealed"
contains "$out" "computed again from them, all 3 outputs" "and it says so"
run "$ASSESS" verify runs/second --format json
is "$status" 0 "for programs"
contains "$out" '"holds": true' "the answer"
contains "$out" '{"path": "total.csv", "kind": "output", "state": "as sealed", "detail": null}' "and every file"
for format in csv md; do
    run "$ASSESS" verify runs/second --format $format
    is "$status/$(printf '%s' "$out" | grep -c total.csv | sed 's/[1-9].*/some/')" "0/$([ $format = csv ] && echo some || echo 0)" "in $format"
done

# changed MESSAGE STATE PATH DETAIL COMMAND...: what is told of a copy of the run that is changed so
changed() {
    changed_name=$1 changed_state=$2 changed_path=$3 changed_detail=$4
    shift 4
    rm -rf copies && mkdir copies && cp -R runs/second copies/run
    (cd copies/run && sh -c "$*")
    run "$ASSESS" verify copies/run --format json
    is "$status" 6 "$changed_name: status 6" || diag "$err"
    line=$(printf '%s\n' "$out$err" | grep -F "$changed_path" | head -1)
    contains "$line" "$changed_state" "$changed_name: $changed_state"
    contains "$line" "$changed_detail" "$changed_name: where"
}
changed "an output" changed total.csv 'line 2, u1, total: sealed 7, now 8' "sed -i '2s/7/8/' total.csv"
changed "a row less" changed total.csv 'line 3, unit: ends there; sealed: u2' "sed -i 3d total.csv"
changed "an output is gone" missing rank.csv '' "rm rank.csv"
changed "a line of the result" changed result.json 'line 2: sealed' \
    "sed -i '2s/assess-result/other/' result.json"
changed "a rule" changed first.lua '' "sed -i 's/cap = 10/cap = 9/' inputs/规则/first.lua"
sed -i 's/weight = 3/weight = 4/' elsewhere/规则/first.lua
run "$ASSESS" verify runs/second --format json
contains "$out" 'weight = 3 } },, now … \"b\", \"B\", weight = 4' "of a long line what differs is shown"
sed -i 's/weight = 4/weight = 3/' elsewhere/规则/first.lua
changed "the data" changed x.csv '' "sed -i '2s/1$/2/' 'inputs/the data/x.csv'"
changed "a copy is gone" missing part.lua '' "rm inputs/规则/sub/part.lua"
changed "a copy is a link" missing x.csv '' "mv 'inputs/the data/x.csv' ../x.csv; ln -s ../../../x.csv 'inputs/the data/x.csv'"
changed "the seal" "seal is damaged" seal.json "text was changed" "sed -i 's/First/Other/' seal.json"
changed "the seal's end" "seal is damaged" seal.json "last line" "head -c 300 seal.json >s; mv s seal.json"
run "$ASSESS" verify 'the data'
is "$status" 2 "no sealed run"
contains "$err" "it holds no seal.json" "and that is told"
run "$ASSESS" verify nowhere
is "$status" 2 "no such folder"

# A seal that is whole and was made by somebody else for other outputs, or for an engine of his.
resealed() { # SED FILE
    rm -rf copies && mkdir copies && cp -R runs/second copies/run
    (cd copies/run && head -n -2 seal.json | sed "$1" >body &&
        { cat body; printf ' "seal": "%s"\n}\n' "$(sha256sum <body | cut -d' ' -f1)"; } >seal.json && rm body)
}
resealed 's/^  "sha256": "[0-9a-f]*"/  "sha256": "0000000000000000000000000000000000000000000000000000000000000000"/'
run "$ASSESS" verify copies/run
is "$status" 6 "another engine"
contains "$out" "sealed by assess" "is told"
run "$ASSESS" verify copies/run --any-engine
is "$status" 0 "and may be let through, as the outputs are the same" || diag "$out$err"
resealed 's|"inputs/规则/first.lua"|"../../规则/first.lua"|'
run "$ASSESS" verify copies/run
is "$status" 6 "no path leads out of the folder"
contains "$err" "something is missing in it" "as the seal is refused"
cp -R runs/second copies/other
sed -i '2s/7/8/' copies/other/total.csv
was=$(sha256sum <runs/second/total.csv | cut -d' ' -f1) now=$(sha256sum <copies/other/total.csv | cut -d' ' -f1)
resealed "s/$was/$now/"
sed -i '2s/7/8/' copies/run/total.csv
run "$ASSESS" verify copies/run
is "$status" 6 "a seal of outputs that the rules do not give"
contains "$out" "line 2, u1, total: sealed 8, now 7" "is found by computing again"
cp -R copies/run runs/forged && rm -rf runs/second.kept && mv runs/second runs/second.kept && mv runs/forged runs/second
run "$ASSESS" verify runs/second
contains "$out" "run 2 was sealed as" "and by the ledger"
rm -r runs/second && mv runs/second.kept runs/second

# The originals.
sed -i 's/weight = 3/weight = 5/' 规则/first.lua
run "$ASSESS" verify 'runs/first one'
is "$status" 6 "an original that changed since"
contains "$out" "line 3" "is told with its line"
contains "$out" "as it was sealed: 3 inputs" "but the run is as it was"
run "$ASSESS" verify 'runs/first one' --sealed
is "$status" 0 "which is all that --sealed asks"
mkdir away && (cd away && "$ASSESS" verify '../runs/first one' --format json >../told 2>&1)
contains "$(grep '规则/first' told)" '"changed", "detail": "line 3"}' "of a file elsewhere only the line is told"
case $(grep '规则/first' told) in *weight*) is quoted '' "and nothing is quoted" ;; *) ok "and nothing is quoted" true ;; esac
rm -r elsewhere
run "$ASSESS" verify runs/second
is "$status" 0 "originals that are gone are no difference"
contains "$out" "not there any more" "but are told"

# ---- history ----
"$ASSESS" record 规则/first.lua --set params.cap=9 -o runs/third -q >/dev/null
run "$ASSESS" history runs
is "$status$err" 0 "the history" || diag "$out"
contains "$out" "first one" "has the runs"
is "$("$ASSESS" history runs --format csv | grep -c ',there')" 5 "all of them"
mkdir begun && : >begun/assess-history.sqlite # what a run leaves that fails after it has opened the ledger
run "$ASSESS" history begun --format csv
is "$status$err/$(printf '%s' "$out" | grep -c there)" 0/0 "an empty ledger has no runs"
run "$ASSESS" record 规则/first.lua -o begun/one -q
is "$status$err/$("$ASSESS" history begun --format csv | grep -c ',there')" 0/1 "and takes the first one"
run "$ASSESS" history runs 1 5 --leaves
is "$status$err" 0 "two runs are compared" || diag "$err"
contains "$out" "params.cap" "with the change that moved them: a parameter"
contains "$out" "index.b.weight" "and a weight"
run "$ASSESS" history runs second third --format json
contains "$out" '"schema": "assess-diff"' "by their folders, for programs"
run "$ASSESS" history runs 1
is "$status" 2 "with which?"
run "$ASSESS" history runs 1 9
is "$status" 2 "no such run"
run "$ASSESS" history runs --leaves
is "$status" 2 "--leaves is for two runs"
mv runs/second runs.second
run "$ASSESS" history runs 2 5
is "$status" 2 "a run that is gone cannot be compared"
contains "$err" "run 2 is not there any more" "and that is told"
run "$ASSESS" history runs
is "$status" 0 "though the history still lists it"
contains "$out" "not there any" "as gone"
mv runs.second runs/second
cp -R runs/third runs/smuggled
run "$ASSESS" history runs --format csv
is "$status" 6 "a run that the ledger does not have"
contains "$out" "smuggled" "is told"
rm -r runs/smuggled
sed -i 's/cap = 10/cap = 8/' runs/third/inputs/规则/first.lua
run "$ASSESS" history runs 1 3
is "$status" 0 "runs that are whole are compared" || diag "$err"
run "$ASSESS" history runs 1 5
is "$status" 6 "a run whose copies were changed is not"
contains "$err" "is not there as it was sealed" "and the file is named"
sed -i 's/cap = 8/cap = 10/' runs/third/inputs/规则/first.lua

# The ledger, as somebody with SQLite may change it.
if cc -o sql "$root/t/shim/sql.c" -lsqlite3 2>cc; then
    ledger() { # STATEMENTS: on a copy; whether they were taken, and what is told
        rm -rf books && mkdir books && cp runs/assess-history.sqlite books/
        sql=0
        ./sql books/assess-history.sqlite "$1" 2>said || sql=$?
        run "$ASSESS" history books
    }
    free='DROP TRIGGER run_is_not_changed; DROP TRIGGER run_is_not_removed;'
    ledger "UPDATE run SET title = 'x' WHERE number = 2"
    is "$sql/$status" 1/0 "rows cannot be changed" || diag "$out"
    contains "$(cat said)" "only added to" "as the ledger says"
    ledger "DELETE FROM run WHERE number = 2"
    is "$sql/$status" 1/0 "nor removed"
    ledger "INSERT INTO run (at, folder, title, seal, origins, previous, digest) VALUES ('', 'f', 't', 's', '{}', '', '')"
    is "$sql/$status" 1/0 "nor put behind the last without following it"
    ledger "INSERT INTO run (number, at, folder, title, seal, origins, previous, digest) SELECT 'two', at, folder, title, seal, origins, digest, digest FROM run WHERE number = 5"
    is "$sql/$status" 1/0 "nor with values of another type"
    ledger "$free"
    is "$sql/$status" 0/6 "a ledger without triggers"
    contains "$out" "no longer refuses changes" "is told"
    for column in folder origins digest; do
        ledger "$free UPDATE run SET $column = $column || ' ' WHERE number = 2"
        contains "$out" "row changed" "a row whose $column was changed is told"
    done
    ledger "$free DELETE FROM run WHERE number = 2"
    contains "$out" "1 row was removed" "a row that was removed"
    ledger "$free DELETE FROM run WHERE number > 3"
    contains "$out" "2 rows were removed" "the last ones, too"
    ledger "$free UPDATE run SET number = number + 9 WHERE number = 5"
    is "$sql/$status" 0/6 "a row that was numbered anew"
else
    ok "# SKIP the headers of SQLite are not here, to change a ledger with" true
fi
mkdir books2 && head -c 2000 runs/assess-history.sqlite >books2/assess-history.sqlite
run "$ASSESS" history books2
is "$(echo "$status" | tr 2 6)" 6 "a ledger that is cut short"
contains "$err" "the ledger" "is told"
echo 'no ledger' >books2/assess-history.sqlite
run "$ASSESS" history books2
is "$(echo "$status" | tr 2 6)" 6 "what is none"
run "$ASSESS" record 规则/first.lua -o books2/run
is "$(ls books2)" assess-history.sqlite "nothing is sealed beside it"

# ---- many at once, killed, stopped ----
many=10 killed=6
[ -n "$ASSESS_SAN" ] && many=4 killed=2
i=0
while [ $i -lt $many ]; do
    "$ASSESS" record 规则/first.lua -o "many/$i" -q --threads 1 >/dev/null 2>>errors &
    i=$((i + 1))
done
wait
is "$(cat errors)" "" "many are sealed at once"
run "$ASSESS" history many --format csv
is "$status/$(printf '%s\n' "$out" | grep -c ',there')" 0/$many "and none is lost"
i=0
while [ $i -lt $killed ]; do
    "$ASSESS" record 规则/first.lua -o "killed/$i" -q >/dev/null 2>&1 &
    process=$!
    perl -e 'select undef, undef, undef, $ARGV[0] * 0.006' $i
    kill -KILL $process 2>/dev/null
    wait $process 2>/dev/null
    i=$((i + 1))
done
"$ASSESS" record 规则/first.lua -o killed/last -q >/dev/null
run "$ASSESS" history killed
is "$(find killed -name '*.part')" "" "what killed ones left is swept away by the next"
for folder in killed/*/; do
    "$ASSESS" verify "$folder" >/dev/null 2>&1 || is "$folder" whole "a killed one left part of a run"
done
if [ "$(id -u)" != 0 ]; then
    mkdir closed && chmod 500 closed
    run "$ASSESS" record 规则/first.lua -o closed/run
    is "$status" 2 "a folder that may not be written"
    chmod 700 closed
fi
done_testing
