#!/bin/sh
# Properties of rules: each built-in one holds for the small index of t/testing and fails where a fault was put in.
# The data that is kept of a failure is small and shows the failure by itself.
. "$(dirname "$0")/tap.sh"
unset CI NO_COLOR COLUMNS HARNESS_VERSION HARNESS_ACTIVE
: "${ASSESS_SEED:=$(date +%s)}"
echo "# ASSESS_SEED=$ASSESS_SEED"
cp t/testing/panel.* "$tmp" && cd "$tmp" || exit 1

# Values of 0 make a division, so the sound rules give them a floor.
sed -i 's|local x  .*|local x      = greatest(a.data.observed:upto { year = a.params.year }, 0.001)|' panel.lua
fault() { # FILE SED-COMMAND: the rules with a fault
    sed "$2" panel.lua >"$1"
    cmp -s panel.lua "$1" && diag "$1 has no fault"
}
fault kink.lua 's/    return {/    total = where(total:gt(80), total - 30, total)\n    return {/'
fault first.lua 's/rank(total, "unit")/rank(floor(total \/ 50), "unit", { ties = "first" })/'
fault plus.lua 's/x \/ a.index.standard/(x + 1) \/ a.index.standard/'
fault borda.lua 's/local total  = .*/local total = 0 - sum(a.index.weight * rank(where(lower, 0 - x, x), "unit"), "indicator")/'
fault best.lua 's/where(lower, a.index.standard \/ x, x \/ a.index.standard)/where(lower, min(x, "unit") \/ x, x \/ max(x, "unit"))/'
printf 'unit,indicator,year,value\nX,p1,2020,100\nX,p2,2020,50\nY,p1,2020,80\nY,p2,2020,10\n' >two.csv
cat >five.csv <<'END'
unit,indicator,year,value
X,p1,2020,100
X,p2,2020,50
Y,p1,2020,50
Y,p2,2020,10
Z,p1,2020,9
Z,p2,2020,20
V,p1,2020,8
V,p2,2020,30
W,p1,2020,7
W,p2,2020,40
END
cat >hold_test.lua <<'END'
local of = { rules = "panel.lua", output = "total" }
property("monotone", monotone "index.*.*", of)
property("one", monotone "p2", { rules = "panel.lua", output = "rank" })
property("all", monotone, of)
property("bounds", bounds(0, 100), { rules = "panel.lua", output = "scores" })
property("names", invariant "names", { rules = "panel.lua" })
property("rows", invariant "rows", { rules = "panel.lua" })
property("units", invariant("units", "index.P.*"), { rules = "panel.lua" })
property("reversal", no_reversal, { rules = "panel.lua" })
property("best", no_reversal, { rules = "best.lua", data = { observed = "two.csv" }, runs = 60 }) -- a worse unit is never the best in anything
property("function", function(r, change)
  local at = { unit = change.unit }
  return #change >= 1 and change.now ~= change.old and change.indicator ~= nil and r.total:at(at) >= 0
end, { rules = "panel.lua", runs = 20 })
property("inline data", bounds(0, 100), { rules = "panel.lua", output = "total", data = { observed = { p1 = 10, p2 = 30 } } })
END
run "$ASSESS" test --seed "$ASSESS_SEED" hold_test.lua
is "$status" 0 "properties that hold pass" || diag "$out"
contains "$out" "# seed $ASSESS_SEED: assess test --seed $ASSESS_SEED" "the seed is printed"

cat >fail_test.lua <<'END'
property("kink", monotone "index.*.*", { rules = "kink.lua", output = "total", runs = 300 })
property("beyond", bounds(0, 99), { rules = "panel.lua", output = "total" })
property("names", invariant "names", { rules = "first.lua" })
property("plus", invariant "units", { rules = "plus.lua", runs = 30 })
property("borda", no_reversal, { rules = "borda.lua", data = { observed = "five.csv" }, runs = 60 })
property("function", function(r) return r.spread:at{} < 60, "the spread" end, { rules = "panel.lua", runs = 300 })
END
run "$ASSESS" test --seed "$ASSESS_SEED" fail_test.lua
is "$status" 1 "properties that do not hold fail"
is "$(printf '%s\n' "$out" | grep -c '^not ok')" 6 "each of the six is found" || diag "$out"
for text in "though it was improved (" "beyond 99" "when the units have other names" "and its standards are " \
    "when a unit worse than X is added" "the spread (" 'kept: "golden/fail-kink-failing.csv"' \
    "assess kink.lua --data observed=golden/fail-kink-failing.csv" "--run 'kink' draws it again"; do
    contains "$out" "$text" "a failure says: $text"
done
first=$out
run "$ASSESS" test --seed "$ASSESS_SEED" fail_test.lua
is "$out" "$first" "the same seed finds the same"
run "$ASSESS" test --seed "$ASSESS_SEED" --run '^kink$' fail_test.lua
contains "$first" "$(printf '%s\n' "$out" | grep 'message:')" "a property alone finds the same, too"

# One unit is enough for a kink, two units for a tie.
ok "a kink shrinks to a row or two" test "$(wc -l <golden/fail-kink-failing.csv)" -le 3 || diag "$(cat golden/fail-kink-failing.csv)"
is "$(wc -l <golden/fail-beyond-failing.csv)" 2 "a value beyond the bounds shrinks to one row"
is "$(wc -l <golden/fail-names-failing.csv)" 3 "a tie shrinks to two rows" || diag "$(cat golden/fail-names-failing.csv)"
ok "a reversal shrinks to fewer rows than all" test "$(wc -l <golden/fail-borda-failing.csv)" -lt 11
run "$ASSESS" panel.lua --data observed=golden/fail-beyond-failing.csv --output total --format csv
is "$status" 0 "the rows that were kept can be assessed"
ok "the rows that were kept show the failure" sh -c 'printf "%s\n" "$1" | awk -F, "NR == 2 && \$NF > 99 { found = 1 } END { exit !found }"' - "$out"

# The wide form, without an index: its columns are the indicators.
cat >wide.lua <<'END'
return assessment { id = "w", title = "W", data = { x = csv("wide.csv", { unit = "unit" }) }, compute = function(a)
  local total = mean(a.data.x, "indicator")
  return { total = total, rank = rank(total, "unit") }
end }
END
printf 'unit,p,q\nA,1,2\nB,3,4\nC,5,1\n' >wide.csv
cat >wide_test.lua <<'END'
property("monotone", monotone, { rules = "wide.lua", output = "total" })
property("units", invariant "units", { rules = "wide.lua", output = "total" })
property("names", invariant "names", { rules = "wide.lua" })
property("rows", invariant "rows", { rules = "wide.lua" })
property("reversal", no_reversal, { rules = "wide.lua" })
property("bounds", bounds(0, 3.4), { rules = "wide.lua", output = "total" })
END
run "$ASSESS" test --seed "$ASSESS_SEED" wide_test.lua
is "$(printf '%s\n' "$out" | grep '^not ok')" "not ok 2 - units
not ok 6 - bounds" "a mean of raw values depends on their units of measure" || diag "$out"
is "$(cat golden/wide-bounds-failing.csv | wc -l)" 2 "a failure of the bounds shrinks to one unit"

# What cannot be asked.
cat >wrong_test.lua <<'END'
property("typo", monotone "index.*", { rules = "panel.lua", output = "total" })
property("no output", monotone "index.*.*", { rules = "panel.lua" })
property("output", bounds(0, 1), { rules = "panel.lua", output = "totl" })
property("on", bounds(0, 1), { rules = "panel.lua", output = "total", on = "obs" })
property("options", bounds(0, 1), { rules = "panel.lua", output = "total", rnus = 3 })
property("kept", function(r) kept_result = r end, { rules = "panel.lua" })
property("few rows", invariant "rows", { rules = "panel.lua", data = { observed = { p1 = 3 } } })
property("one unit", no_reversal, { rules = "panel.lua", data = { observed = { p1 = 3, p2 = 4 } } })
property("focus", invariant "names", { rules = "focus.lua", data = { observed = { unit = "A", p1 = 3 } } })
property("axis", no_reversal, { rules = "panel.lua", output = "spread" })
END
fault focus.lua 's/title = "Panel",/title = "Panel", focus = "A",/'
run "$ASSESS" test wrong_test.lua
is "$(printf '%s\n' "$out" | grep -c 'too few data')" 2 "a property without enough data fails"
contains "$out" "the rules name all units themselves" "a property of names that rules fix fails"
for text in "no indicator with data matches index.*" "the property needs to know the output" "did you mean 'total'?" \
    "there is no data to draw from: obs" "did you mean 'runs'?" "'kept_result' is assigned to, but not declared" \
    "'spread' has no axis 'unit'"; do
    contains "$out" "$text" "a wrong property says: $text"
done
cat >late_test.lua <<'END'
local late
property("first", function(r) late = r return true end, { rules = "panel.lua", runs = 1 })
test("second", function(t) t.ok(late.total:at{ unit = "A" } > 0) end)
END
run "$ASSESS" test late_test.lua
contains "$out" "this result is no longer there" "a result cannot be used after its property"
printf 'test("a", function(t) t.ok(true) end)\nproperty("b", invariant "colour", { rules = "panel.lua" })\n' >what_test.lua
run "$ASSESS" test what_test.lua
contains "$out" "results are invariant to what?" "invariant without an argument asks for one"
for text in 'bounds(5, 1)' 'bounds(0/0, 1)'; do
    printf 'property("b", %s, { rules = "panel.lua", output = "total" })\n' "$text" >what_test.lua
    run "$ASSESS" test what_test.lua
    contains "$out" "bounds has the least value first" "bounds are refused: $text"
done
done_testing
