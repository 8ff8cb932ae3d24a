#!/bin/sh
# assess test --coverage, on the rules of t/mutate. What decided is worked out by hand.
#
# small.lua, weak: one score of X in stage one, 100 * 25 / 50. Behind it stand the direction of A1 and its
# standard of stage one, the true side of the condition, the first stage: 4. Nothing else: the cap is not
# reached. Items: 2 stages; cap, pass, and of each indicator direction, weight and two standards: 10; 2 sides.
. "$(dirname "$0")/tap.sh"

run "$ASSESS" test --coverage t/mutate/small_weak_test.lua
is "$status" 0 "--coverage alone fails nothing" || diag "$err"
is "$(printf '%s\n' "$out" | sed -n '/failed$/,$p')" "# 1 test in 1 file, 0 failed
# t/mutate/small.lua:6: no test looks at stage 'two'
# t/mutate/small.lua:12: params.cap decides nothing that is tested
# t/mutate/small.lua:13: params.pass decides nothing that is tested
# t/mutate/small.lua:18: index.A.A1.standard.two decides nothing that is tested
# t/mutate/small.lua:18: index.A.A1.weight decides nothing that is tested
# t/mutate/small.lua:19: index.A.A2.better decides nothing that is tested
# t/mutate/small.lua:19: index.A.A2.standard.one decides nothing that is tested
# t/mutate/small.lua:19: index.A.A2.standard.two decides nothing that is tested
# t/mutate/small.lua:19: index.A.A2.weight decides nothing that is tested
# t/mutate/small.lua:24: never false where it is tested: index.better = \"higher\"
# protected by tests: 4 of 14 leaves, stages, branches and levels, 28.6 %
# not counted: 1 leaf that no result hangs on" "what one look protects"

run "$ASSESS" test --coverage t/mutate/small_strong_test.lua
lacks "$out" "small.lua:" "strong tests leave nothing unprotected"
contains "$out" "# protected by tests: 14 of 14" "the summary counts what is protected"

# Two weak looks are more than one: what each of two files protects counts.
cat >"$tmp/other_test.lua" <<END
test("the cap", function(t)
  t.near(t.run("$root/t/mutate/small.lua").score:at { unit = "Y", indicator = "A1", stage = "one" }, 100)
end)
test("the other stage", function(t)
  t.near(t.run("$root/t/mutate/small.lua").score:at { unit = "X", indicator = "A2", stage = "two" }, 25)
end)
END
run "$ASSESS" test --coverage "$tmp/other_test.lua"
lacks "$out" "params.cap decides nothing" "a cap that limits a score decides"
contains "$out" "index.A.A1.standard.one decides nothing" "the standard behind a cap that limits does not decide"
lacks "$out" "index.A.A2.standard.two" "what a second test protects is added"
contains "$out" "never true where it is tested" "the condition is true only behind the cap"

# What a test sets is not what the rules say.
cat >"$tmp/set_test.lua" <<END
test("another cap", function(t)
  local r = t.run("$root/t/mutate/small.lua", nil, { set = { ["params.cap"] = 90 } })
  t.near(r.score:at { unit = "Y", indicator = "A1", stage = "one" }, 90)
end)
END
run "$ASSESS" test --coverage "$tmp/set_test.lua"
lacks "$out" "params.cap decides" "a leaf that only a test sets is not counted"
run "$ASSESS" mutate --only params.cap "$tmp/set_test.lua"
is "$status" 2 "a leaf that only a test sets is no mutant"

# words.lua, weak: the marks of a paper that is A and not late: level A, the false side. Not B, not late.
run "$ASSESS" test --coverage t/mutate/words_weak_test.lua
contains "$out" "words.lua:6: no tested text reaches level 'B'" "a level that no text reaches is reported"
contains "$out" "words.lua:7: never true where it is tested: matches(papers.text, \"late\")" "a side of a where that is never taken is reported"
contains "$out" "# protected by tests: 2 of 4" "levels and sides are counted"
run "$ASSESS" test --coverage t/mutate/words_strong_test.lua
contains "$out" "# protected by tests: 4 of 4" "tests of all levels and sides protect all"

# A filter decides by what it leaves out: 2 + 3 without the 8. A filter that nobody looks at does not.
cat >"$tmp/filter.lua" <<'END'
return assessment {
  id = "filter", title = "Filter",
  data = { parts = csv("parts.csv") },
  compute = function(a)
    local p = a.data.parts
    return {
      small = sum(where(p.size:lt(5), p.size), "parts"),
      large = sum(where(p.size:gt(6), p.size), "parts"),
    }
  end,
}
END
printf 'size\n2\n3\n8\n' >"$tmp/parts.csv"
cat >"$tmp/filter_test.lua" <<'END'
test("small parts", function(t) t.is(t.run("filter.lua").small, 5) end)
END
run "$ASSESS" test --coverage "$tmp/filter_test.lua"
lacks "$out" "parts.size < 5" "a filter tested on both sides is not reported"
contains "$out" "never true where it is tested: parts.size > 6" "a filter that is never true is reported"
contains "$out" "never false where it is tested: parts.size > 6" "a filter that is never false is reported"

# ---- for programs ----

run "$ASSESS" test --coverage-min 28 t/mutate/small_weak_test.lua
is "$status" 0 "--coverage-min that is reached"
run "$ASSESS" test --coverage-min 29 t/mutate/small_weak_test.lua
is "$status" 1 "--coverage-min that is not reached"
contains "$out" "less than --coverage-min 29 is protected" "the message has the minimum"
run "$ASSESS" test --coverage -f json t/mutate/small_weak_test.lua
json=$(printf '%s' "$out" | perl -MJSON::PP -e 'my $c = decode_json(join "", <STDIN>)->{coverage};
    print join " ", $c->{items}, $c->{protected}, $c->{unused_leaves}, scalar @{$c->{unprotected}},
        map { "$_->{kind}:$_->{line}:$_->{name}" . ($_->{side} ? ":$_->{side}" : "") } @{$c->{unprotected}}[0, 9]')
is "$json" '14 4 1 10 stage:6:two branch:24:index.better = "higher":false' "JSON"
run "$ASSESS" test --coverage-min many t/mutate
is "$status" 2 "a share that is no number is refused"

done_testing
