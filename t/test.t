#!/bin/sh
# assess test: test files, checks, cases, golden files; what each prints and its exit status. Expected values are worked
# out by hand from t/testing/panel.csv: p1 is value / 50, p2 is 20 / value, both at most 100; p1 counts three times.
. "$(dirname "$0")/tap.sh"
unset CI NO_COLOR COLUMNS HARNESS_VERSION HARNESS_ACTIVE ASSESS_SEED
cp t/testing/panel.lua t/testing/panel.csv "$tmp" && mkdir "$tmp/sub" && cd "$tmp" || exit 1

# ---- what holds ----
cat >sub/good_test.lua <<'END'
test("the rules' own data", function(t)
  local r = t.run("../panel.lua")
  t.near(r.total:at { unit = "A" }, 42.5)
  t.near(r.scores:at { unit = "B", indicator = "p2" }, 80)
  t.near(r.scores:at { indicator = "p1" }:at { unit = "D" }, 80)
  t.missing(r.scores:at { unit = "D", indicator = "p2" })
  t.is(r.scores:at { unit = "D", indicator = "p2" }, missing)
  t.is(r.rank, { A = 4, B = 1, C = 3, D = 2 })
  t.is(r.grade:at { unit = "C" }, "fair")
  t.ok(r.pass:at { unit = "C" }, "C passes")
  t.is(r.pass:at { unit = "A" }, false)
  t.near(r.spread, 52.5)
  t.near(r["index.weight"]:at { indicator = "p1" }, 3)
  t.is(#r.scores, 8)
  t.is(#r.warnings, 0)
  local sum = 0
  for place, value in r.scores:each() do
    if place.indicator == "p1" then sum = sum + value end
  end
  t.near(sum, 40 + 100 + 60 + 80)
end)
test("other data", function(t)
  local r = t.run("panel.lua", { observed = { p1 = 25 } })
  t.near(r.total:at { unit = "X" }, 50)
  t.near(r.total, 50)
  r = t.run("panel.lua", { observed = { { unit = "U", p1 = 25, p2 = 20 }, { unit = "V", p1 = 50 } } })
  t.near(r.total, { U = 62.5, V = 100 })
  r = t.run("panel.lua", { observed = { { p1 = 25 }, { unit = "W", indicator = "p1", value = 10, year = 2019 } } })
  t.near(r.total, { X1 = 50, W = 20 })
  r = t.run("panel.lua", { observed = "unit,indicator,year,value\nQ,p1,2020,5\n" })
  t.near(r.total, 10)
  r = t.run("panel.lua", { observed = "few.csv" })
  t.near(r.total, 30)
end)
test("settings", function(t)
  local base = t.run("panel.lua")
  local high = t.run("panel.lua", nil, { set = { ["params.cap"] = 120 } })
  t.near(high.scores:at { unit = "B", indicator = "p1" }, 110)
  t.near(high.scores:at { indicator = "p2" }, base.scores:at { indicator = "p2" })
  t.ok(high.total:at { unit = "B" } > base.total:at { unit = "B" })
  t:near(high.total:at { unit = "A" }, 42.5)
end)
test("what must be refused", function(t)
  t.fails("panel.lua", { observed = { p1 = "abc" } }, "'abc' is not a number")
  t.fails("panel.lua", { observed = { p3 = 1 } }, "no indicator 'p3'")
  t.fails("panel.lua", { observd = { p1 = 1 } }, "did you mean 'observed'")
  t.fails("panel.lua", nil, "params.cop.*did you mean .*params.cap", { set = { ["params.cop"] = 1 } })
  t.fails("broken.lua", "broken.lua:3:")
end)
cases("scores", { rules = "panel.lua", output = "scores",
  { p1 = 25, want = 50 },
  { p1 = 60, want = 100 },
  { p2 = 80, want = 25 },
  { p2 = 80, set = { ["index.P.p2.standard"] = 40 }, want = 50, name = "a laxer standard" },
  { p1 = 25, p2 = 40, at = { indicator = "p2" }, want = 50 },
  { p1 = 25, output = "grade", want = "poor" },
  { p1 = 25, at = { indicator = "p2" }, want = missing },
  { p9 = 1, fails = "no indicator 'p9'" },
})
END
printf 'unit,indicator,year,value\nA,p1,2020,15\n' >sub/few.csv
printf 'return assessment {\n  id = 7,\n' >sub/broken.lua
run "$ASSESS" test sub
is "$status" 0 "tests that pass: status 0" || diag "$out$err"
is "$out" "TAP version 14
# sub/good_test.lua
ok 1 - the rules' own data
ok 2 - other data
ok 3 - settings
ok 4 - what must be refused
ok 5 - scores: p1 = 25
ok 6 - scores: p1 = 60
ok 7 - scores: p2 = 80
ok 8 - scores: a laxer standard
ok 9 - scores: p1 = 25, p2 = 40
ok 10 - scores: p1 = 25
ok 11 - scores: p1 = 25
ok 12 - scores: p9 = 1
1..12
# 12 tests in 1 file, 0 failed" "are told as TAP"
run prove --exec "$ASSESS test" sub/good_test.lua
is "$status" 0 "prove runs the tests" || diag "$out$err"
contains "$out" "Result: PASS" "prove reports success"

# Tables keep the columns of the rules' own file, and their kinds.
cat >tables_test.lua <<END
local rules = "$root/rules/2011-units.lua"
local task = { task = "T", lead = "市外办", weight = 10, target = 1, done = 1, due = "2011-06-30", finished = "2011-06-20" }
test("tables", function(t)
  local r = t.run(rules, { tasks = { task } })
  t.near(r.marks:at { unit = "市外办", part = "tasks" }, 100)
  t.fails(rules, { tasks = { { tsk = "T" } } }, "did you mean 'task'")
  t.fails(rules, { tasks = { { task = "T", lead = "市外", weight = 10 } } }, "did you mean '市外办'")
  t.fails(rules, { panel = { unit = "市外办", mark = 10 } }, "the row has no 'expert'")
end)
END
run "$ASSESS" test tables_test.lua
is "$status" 0 "data may be given by row" || diag "$out"

# ---- what does not ----
mkdir bad && cat >bad/a_test.lua <<'END'
test("values", function(t)
  local r = t.run("panel.lua")
  t.near(r.total:at { unit = "A" }, 43)
  t.near(r.total:at { unit = "A" }, 43, 0.6)
  t.is(r.grade:at { unit = "A" }, "good")
end)
test("one", function(t)
  t.ok(t.run("panel.lua").total:at { unit = "A" } > 90, "A is good")
end)
test("names", function(t) return t.run("panel.lua").totl end)
test("labels", function(t) t.run("panel.lua").total:at { unit = "Aa" } end)
test("axes", function(t) t.run("panel.lua").total:at { unti = "A" } end)
test("several", function(t) t.near(t.run("panel.lua").total, 3) end)
test("nothing", function(t) t.run("panel.lua") end)
test("files", function(t) t.run("panle.lua") end)
test("misspelt", function(t) t.neer(1, 1) end)
test("algebra", function(t) t.ok(abs(3) == 3) end)
test("own faults", function(t) local x = nil; t.is(x.y, 1) end)
test("data", function(t) t.run("panel.lua", { observed = { unit = "X", p1 = "abc" } }) end)
test("refused otherwise", function(t) t.fails("panel.lua", { observed = { p1 = "abc" } }, "has no label") end)
test("not refused", function(t) t.fails("panel.lua", { observed = { p1 = 1 } }, "is not a number") end)
test("sums", function(t) t.near(t.run("panel.lua").total + 1, 3) end)
cases("worse", { rules = "panel.lua", output = "scores", { p1 = 25, want = 51 }, { p1 = 25 } })
END
run "$ASSESS" test bad
is "$status" 1 "tests that fail: status 1"
for text in 'message: "total at A: got 42.5, want 43"' 'message: "2 of 3 checks failed"' 'at: "bad/a_test.lua:3"' \
    'output: "total"' 'place: "A"' 'tolerance: 4.3e-8' 'rule: "panel.lua:16"' \
    'formula: "mean(scores, \"indicator\", weights = index.weight)"' 'message: "grade at A: got poor, want good"' \
    'message: "A is good: false"' "no result 'totl'" "did you mean 'total'?" "'total' has no unit 'Aa'" "'total' has no axis 'unti'" \
    "did you mean 'unit'?" "'total' has 4 elements here" "the test compares nothing" "there is no file 'panle.lua'" \
    "t has no 'neer'" "did you mean 'near'?" "'abs' belongs to rules, not to tests" "math.abs" \
    "'abc' is not a number" "it failed, but in other words: observed (bad/a_test.lua:20):2:value: 'abc' is not a number" \
    "it did not fail, though it should: is not a number" "arrays of results are looked at, not calculated with" \
    "scores at X, p1: got 50, want 51" "case 2 does not say what it wants"; do
    contains "$out" "$text" "a failure says: $text"
done
is "$(printf '%s\n' "$out" | grep -c '^not ok')" 17 "every test and case is reported"
contains "$out" 'source: |
    test("axes", function(t) t.run("panel.lua").total:at { unti = "A" } end)
                                                           ^' "with the line and a caret"
run prove --exec "$ASSESS test" bad/a_test.lua
contains "$out" "Failed tests:  1-17" "prove reads the failures, and their YAML" || diag "$out$err"
lacks "$out" "Parse errors" "prove finds no errors of form"

# ---- files that are broken; nothing to run ----
mkdir -p mixed/.hidden mixed/build mixed/deep && cp bad/a_test.lua mixed/.hidden/h_test.lua
cp bad/a_test.lua mixed/build/b_test.lua
printf 'test("a", function(t)\n  t.ok(true)\n' >mixed/1_test.lua
printf 'test("a", function(t) t.ok(true) end)\ntets("b", 1)\n' >mixed/2_test.lua
printf 'test("a", function(t) t.ok(true) end)\ntest("a", function(t) t.ok(true) end)\n' >mixed/3_test.lua
printf 'test("fine", function(t) t.ok(true) end)\n' >mixed/deep/4_test.lua
printf 'rules' >mixed/deep/other.lua
run "$ASSESS" test mixed
is "$status" 1 "broken test files: status 1"
is "$(printf '%s\n' "$out" | grep -E '^(not )?ok')" "not ok 1 - the test file can be read
not ok 2 - the test file can be read
not ok 3 - the test file can be read
ok 4 - fine" "each is a failure, the others run, hidden and built folders are passed over"
contains "$out" 'at: "mixed/2_test.lua:2:1"' "a broken file has the place of the fault"
contains "$out" "did you mean 'test'?" "a broken file has a hint"
contains "$out" "the test on line 1 has this name" "a name given twice is a fault"
cat >slip_test.lua <<'END'
test("a", function(t)
  local r, n = t.run("panel.lua"), 3
  t.ok(r.spread:at {} == 52.5)
end)
test("b", function(t)
  local r = t.run("panel.lua")
  t.ok(r.spread == 52.5)
  t.ok(52 ~= r.spread)
  t.ok(r.total:at { unit = "A" } == 42.5 and #r.total == 4 and r["params.cap"]:at {} == 100)
end)
END
run "$ASSESS" test slip_test.lua
contains "$out" "r.spread is an array: == never looks into it" "an array compared by == is reported"
contains "$out" 'at: "slip_test.lua:8:11"' "an array compared by ~=, on the right side, is reported"
contains "$out" "2 of 2 checks failed" "nothing else is reported"
mkdir empty
run "$ASSESS" test empty
is "$status/$(printf '%s\n' "$out" | grep -c '^not ok 1')" "1/1" "no tests found is a failure"
contains "$out" "no test files below empty" "the message says that there are no test files"
run "$ASSESS" test --run 'nowhere' sub
is "$status" 1 "a pattern that chooses no test is a failure"
run "$ASSESS" test --run '^sett|p2 = ' sub
is "$status/$(printf '%s\n' "$out" | grep '^ok')" "0/ok 1 - settings" "a pattern chooses tests"
run "$ASSESS" test --run '(' sub
is "$status/$out" "2/" "a wrong pattern is refused"
run "$ASSESS" test nowhere
is "$status/$out" "2/" "a folder that is not there is refused"
run "$ASSESS" test --fromat tap sub
contains "$err" "did you mean '--format'?" "a misspelt option: the nearest is suggested"

# ---- golden files ----
mkdir golds && cp panel.lua panel.csv golds && cat >golds/g_test.lua <<'END'
golden("all of it", { rules = "panel.lua" })
golden("ranks", { rules = "panel.lua", outputs = { "rank", "grade" }, file = "kept/ranks.csv" })
END
run "$ASSESS" test golds
is "$status" 1 "a golden file that is not there is a failure"
contains "$out" "there is no golden file golds/golden/g-all-of-it.csv yet" "the message names the golden file"
contains "$out" "assess test --review" "the message says how to make it"
for how in --review --accept; do
    run env CI=1 "$ASSESS" test $how golds
    is "$status" 2 "$how is refused where CI is set"
done
is "$(ls golds)" "g_test.lua
panel.csv
panel.lua" "nothing was written"
run "$ASSESS" test --accept golds
is "$status" 0 "--accept writes golden files"
is "$(cat golds/kept/ranks.csv)" "output,unit,value
rank,A,4
rank,B,1
rank,C,3
rank,D,2
grade,A,poor
grade,B,good
grade,C,fair
grade,D,fair" "as CSV, in the order named" || diag "$(cat golds/kept/ranks.csv)"
contains "$(cat golds/golden/g-all-of-it.csv)" "scores,B,p2,80" "a golden file has all axes"
contains "$(cat golds/golden/g-all-of-it.csv)" "scores,D,p2," "a golden file has missing values"
run "$ASSESS" test golds
is "$status" 0 "with golden files the tests pass"
cp golds/golden/g-all-of-it.csv before.csv
sed -i 's/weight = 3/weight = 4/' golds/panel.lua
run "$ASSESS" test golds
is "$status" 1 "with another weight they fail"
contains "$out" 'message: "total at A: got 42, g-all-of-it.csv has 42.5"' "each value that differs is reported"
printf 'r\n' >answers
run sh -c '"$1" test --review golds <answers' - "$ASSESS"
is "$status" 1 "a review that rejects is a failure"
contains "$err" "total   A     42.5" "the review shows the old and the new" || diag "$err"
contains "$(printf '%s' "$err" | tr '\n' ' ')" "index.P.p1.weight: 3 → 4 (golds/panel.lua:8); without it" "the review shows which leaf of the rules changed" || diag "$err"
ok "after a rejection the file stays" cmp before.csv golds/golden/g-all-of-it.csv
run "$ASSESS" test --review golds
is "$status" 1 "the end of the input rejects"
ok "after the end of the input the file stays" cmp before.csv golds/golden/g-all-of-it.csv
printf 'what\na\n' >answers
run sh -c '"$1" test --review golds <answers' - "$ASSESS"
is "$status" 0 "what is accepted passes"
contains "$(cat golds/golden/g-all-of-it.csv)" "total,A,,42" "what is accepted is written"
contains "$(cat golds/golden/g-all-of-it.leaves.csv)" "index.P.p1.weight,4" "the leaves of the rules are written beside it"
sed -i 's/^total,A,,42$/total,A,,42.0000000001/; /^spread/d' golds/golden/g-all-of-it.csv
printf 'total,Z,,1\n' >>golds/golden/g-all-of-it.csv
run "$ASSESS" test golds
contains "$out" "2 of 2 checks failed" "a value within the tolerance is the same" || diag "$out"
contains "$out" "g-all-of-it.csv has nothing" "a new value is reported"
contains "$out" "total at Z: got nothing, g-all-of-it.csv has 1" "a value that is gone is reported"

sed -i 's/^scores,D,p2,$/scores,D,p2,7/; s/^total,B,,.*/total,B,,/; s/^grade,A,,poor$/grade,A,,bad/' golds/golden/g-all-of-it.csv
rm golds/golden/g-all-of-it.leaves.csv
for answer in 'N' '\n q' 'R\n' 'x'; do
    printf "$answer" >answers
    run sh -c '"$1" test --review golds <answers' - "$ASSESS"
    is "$status" 1 "a review that ends with '$answer' accepts nothing"
done
contains "$err" "What changed in the rules is not known" "without the leaves nobody knows why"
contains "$err" "gone" "a value that is gone is shown" || diag "$err"
ok "and missing ones" sh -c 'printf "%s\n" "$1" | grep -q "total *B *missing" && printf "%s\n" "$1" | grep -q "scores *D, p2 *7 *missing"' - "$err"
{ echo unit,indicator,value; seq 70 | sed 's/.*/&,p1,&/'; } >golds/many.csv
cat >golds/many.lua <<'END'
return assessment { id = "m", title = "Many", data = { x = csv("many.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { times = 1 }, compute = function(a) return { total = a.params.times * sum(a.data.x, "indicator") } end }
END
echo 'golden("many", { rules = "many.lua" })' >golds/many_test.lua
run "$ASSESS" test --accept golds/many_test.lua
sed -i 's/times = 1/times = 2/' golds/many.lua
printf 'L\n' >answers
run sh -c '"$1" test --review golds/many_test.lua <answers' - "$ASSESS"
is "$status" 0 "all of what follows is accepted"
contains "$err" "… and 10 more" "not more than sixty lines are shown"

# ---- other forms ----
run "$ASSESS" test --format junit --junit out.xml sub bad
is "$status" 1 "the report as JUnit: status 1"
contains "$out" '<testsuites tests="29" failures="17">' "JUnit has the counts"
contains "$out" '<testcase classname="sub/good_test.lua" name="scores: p1 = 25"' "JUnit has a case for each test"
contains "$out" '<failure message="total at A: got 42.5, want 43">' "JUnit has the reason of a failure"
is "$out" "$(cat out.xml)" "a file has the same"
ok "it is XML" perl -e 'local $/; my $x = <>; my @open; while ($x =~ m{<(/?)([a-z]+)[^<>]*?(/?)>}g) {
    if ($1) { die unless pop(@open) eq $2 } elsif (!$3) { push @open, $2 } } die if @open' out.xml
run "$ASSESS" test --format json sub
is "$(printf '%s' "$out" | perl -MJSON::PP -e 'local $/; my $j = decode_json(<>); print "$j->{schema} $j->{schema_version} $j->{tests} $j->{failures} $j->{results}[0]{name}"')" \
    "assess-test 1 12 0 the rules' own data" "JSON"
run "$ASSESS" test --format json sub bad
is "$(printf '%s' "$out" | perl -MJSON::PP -e 'local $/; my ($c) = grep { ($_->{want} // "") eq "43" } map { @{ $_->{failed} // [] } } @{ decode_json(<>)->{results} };
    print join "|", map { $c->{$_} // "" } qw(message output place got want); print "|", $c->{line} > 0 && $c->{file} =~ /_test.lua/ ? "placed" : "?"')" \
    "total at A: got 42.5, want 43|total|A|42.5|43|placed" "JSON has what failed, and where"

run "$ASSESS" test --format md --coverage sub bad
is "$status" 1 "the report as Markdown: status 1"
contains "$out" "- Tests: 29
- Failed: 17" "it has the counts"
contains "$out" "total at A: got 42.5, want 43" "and the reason of a failure"
contains "$out" "| scores: p1 = 25 | sub/good" "each test is in its table"
contains "$out" "## What no test protects" "and what no test protects in a list"
run "$ASSESS" test --format html sub bad
contains "$out" "<td class=n>" "and so it is as HTML"
is "$(printf '%s\n' "$out" | perl -I"$root/t" -Mhtml -MEncode -e 'local $/; print html_fault(decode_utf8(<>))')" "" "which is well-formed"

# ---- a test file writes beside itself, one file for each golden test ----
mkdir -p kept
printf 'golden("up", { rules = "../panel.lua", file = "../stolen.csv" })\ngolden("a/b", { rules = "../panel.lua" })
golden("a-b", { rules = "../panel.lua" })\ngolden("none", { rules = "../panel.lua", outputs = {} })
golden("root", { rules = "../panel.lua", file = "%s/stolen.csv" })\ngolden("rules", { rules = "../panel.lua", file = "rules.lua" })\n' "$tmp" >kept/own_test.lua
run env -u CI "$ASSESS" test --accept kept/own_test.lua
is "$status/$(printf '%s\n' "$out" | grep -c '^not ok')" 1/5 "five of six golden tests are refused"
is "$(printf '%s\n' "$out" | grep -c 'file is a CSV file beside the test file')" 3 "files elsewhere, and files that are no CSV files, are refused"
contains "$out" "the test on line 2 keeps its results in kept/golden/own-a-b.csv, too" "two names that make one file are refused"
contains "$out" "the test compares nothing" "a golden test without outputs is refused"
is "$(ls stolen.csv kept/rules.lua 2>/dev/null)" "" "nothing was written elsewhere"
rm -r kept/own_test.lua kept/golden

# ---- endings ----
printf 'test("for ever", function(t) while true do end end)\ntest("after", function(t) t.ok(true) end)\n' >loop_test.lua
run "$ASSESS" test --seconds 0.2 loop_test.lua
is "$status/$(printf '%s\n' "$out" | grep -c '^not ok')" "5/0" "tests that never end are stopped"
is "$(printf '%s\n' "$err" | grep -c 'loop_test.lua:1: the command takes longer than the 0.2 s')" 1 "the message has the place where it was stopped"
run timeout -s INT 1 "$ASSESS" test loop_test.lua
is "$status" 124 "Ctrl-C ends the tests"
lacks "$out" "1..2" "tests that were ended print no plan"
run sh -c '"$1" test sub bad | head -n 1' - "$ASSESS"
is "$out/$err" "TAP version 14/" "a reader that goes away is no fault"

mkdir other && cp golds/panel.lua other/ && cat >other/o_test.lua <<'END'
golden("ranks-failing", { rules = "panel.lua" })
golden("ranks.leaves", { rules = "panel.lua" })
END
run env -u CI "$ASSESS" test --accept other
is "$status" 1 "a golden file that another test may write is refused"
contains "$out" "other/golden/o-ranks-failing.csv may be written by another test" "that is, one of a property"
contains "$out" "other/golden/o-ranks.leaves.csv may be written by another test" "that is, one of a golden test"
ok "no such file is written" test ! -e other/golden

# ---- watching ----
cp -r golds watched && cat >watched/g_test.lua <<'END'
test("cap", function(t) t.near(t.run("panel.lua").total:at { unit = "B" }, 96) end)
END
: >watch.out
"$ASSESS" test --watch watched >>watch.out 2>watch.err &
watcher=$!
waits() { # TEXT COUNT: until the output has so many of it
    tries=0
    while [ "$(grep -c -e "$1" watch.out)" -lt "$2" ] && [ $tries -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    [ $tries -lt 100 ]
}
ok "--watch runs the tests and waits" waits "waiting for a change" 1
sed -i 's/weight = 4/weight = 3/' watched/panel.lua
ok "--watch runs them again when the rules change" waits "^not ok 1 - cap" 1
sed -i 's/96/95/' watched/g_test.lua
ok "--watch runs them again when the test changes" waits "^ok 1 - cap" 2
kill -TERM $watcher # what runs behind ignores Ctrl-C
{ wait $watcher; } 2>/dev/null
is "$?" 143 "--watch ends on SIGTERM"
done_testing
