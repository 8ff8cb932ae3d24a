#!/bin/sh
# assess mutate. The survivors are worked out by hand. The weak tests look at one element each, the strong
# ones at all elements, at the edges of every comparison.
#
# small.lua, weak: the first score of X in the first stage, 100 * 25 / 50. It notices the standard of A1 in
# stage one (2 ways), the direction of A1, the 100, the * and the / of its branch (2 + 1 + 1), = of the
# condition, its branches the other way around, and greatest for least: 10. It does not notice cap 90 and
# 110, pass 54 and 66, the other three standards (6), two weights (4), the direction of A2, the other branch
# (4), what total is made of (4) and the boundary of pass: 24. Without another result: pass (2) and its boundary.
. "$(dirname "$0")/tap.sh"
COLUMNS=200
export COLUMNS
unset NO_COLOR

run "$ASSESS" mutate t/mutate/small_weak_test.lua
is "$status" 0 "survivors do not fail the command" || diag "$err"
is "$out" "
Survivors: no test notices
  t/mutate/small.lua:12: params.cap: 100 → 110
  t/mutate/small.lua:12: params.cap: 100 → 90
  t/mutate/small.lua:13: params.pass: 60 → 54  (changes no result of these data)
  t/mutate/small.lua:13: params.pass: 60 → 66  (changes no result of these data)
  t/mutate/small.lua:18: index.A.A1.standard.two: 80 → 72
  t/mutate/small.lua:18: index.A.A1.standard.two: 80 → 88
  t/mutate/small.lua:18: index.A.A1.weight: 2 → 1.8
  t/mutate/small.lua:18: index.A.A1.weight: 2 → 2.2
  t/mutate/small.lua:19: index.A.A2.better: lower → higher
  t/mutate/small.lua:19: index.A.A2.standard.one: 10 → 11
  t/mutate/small.lua:19: index.A.A2.standard.one: 10 → 9
  t/mutate/small.lua:19: index.A.A2.standard.two: 5 → 4
  t/mutate/small.lua:19: index.A.A2.standard.two: 5 → 6
  t/mutate/small.lua:19: index.A.A2.weight: 1 → 0.9
  t/mutate/small.lua:19: index.A.A2.weight: 1 → 1.1
  t/mutate/small.lua:26: 100 * index.standard: * → /
  t/mutate/small.lua:26: 100 * index.standard / observed: / → *
  t/mutate/small.lua:26: 100 * index.standard: 100 → 110
  t/mutate/small.lua:26: 100 * index.standard: 100 → 90
  t/mutate/small.lua:28: score * index.weight: * → /
  t/mutate/small.lua:28: sum(index.weight, \"indicator\"): sum → max
  t/mutate/small.lua:28: sum(score * index.weight, \"indicator\"): sum → max
  t/mutate/small.lua:28: sum(score * index.weight, \"indicator\") / sum(index.weight, \"indicator\"): / → *
  t/mutate/small.lua:29: total ≥ params.pass: ≥ → >  (changes no result of these data)

Not used: no result hangs on these leaves
  t/mutate/small.lua: params.spare:14

10 of 34 mutants killed, 29.4 %; 3 of the 24 survivors change no result of these data" "every survivor of a weak test"

run "$ASSESS" mutate t/mutate/small_strong_test.lua
is "$out" "
Not used: no result hangs on these leaves
  t/mutate/small.lua: params.spare:14

34 of 34 mutants killed, 100.0 %" "strong tests leave none"

# words.lua, weak: the marks of one paper, 90. It notices that A matches never, or the guard always, the 90
# (2 ways), that all is late, and the branches the other way around: 6 of 21.
run "$ASSESS" mutate t/mutate/words_weak_test.lua
is "$out" "
Survivors: no test notices
  t/mutate/words.lua:6: score(rubric(papers.text)): 50 → 45
  t/mutate/words.lua:6: score(rubric(papers.text)): 50 → 55
  t/mutate/words.lua:6: rubric(papers.text): guard matches never
  t/mutate/words.lua:6: rubric(papers.text): level A matches always
  t/mutate/words.lua:6: rubric(papers.text): level B matches always
  t/mutate/words.lua:6: rubric(papers.text): level B matches never
  t/mutate/words.lua:7: score(rubric(papers.text)) - 15.5: - → +
  t/mutate/words.lua:7: score(rubric(papers.text)) - 15.5: 15.5 → 13.95
  t/mutate/words.lua:7: score(rubric(papers.text)) - 15.5: 15.5 → 17.05
  t/mutate/words.lua:7: matches(papers.text, \"late\"): pattern matches never
  t/mutate/words.lua:8: rank(where(matches(papers.text, \"late\"), score(…) - 15.5, score(rubric(papers.text))), \"papers\"): descending → ascending
  t/mutate/words.lua:8: round(where(matches(papers.text, \"late\"), score(…) - 15.5, score(rubric(papers.text)))): round → round_down
  t/mutate/words.lua:8: round(where(matches(papers.text, \"late\"), score(…) - 15.5, score(rubric(papers.text)))): round → round_half_even
  t/mutate/words.lua:8: round(where(matches(papers.text, \"late\"), score(…) - 15.5, score(rubric(papers.text)))): 0 → -1
  t/mutate/words.lua:8: round(where(matches(papers.text, \"late\"), score(…) - 15.5, score(rubric(papers.text)))): 0 → 1

6 of 21 mutants killed, 28.6 %" "patterns, literals, roundings and ranks"

run "$ASSESS" mutate t/mutate/words_strong_test.lua
like "$out" '^21 of 21 mutants killed, 100.0 %$' "strong tests kill all mutants of words"
run "$ASSESS" mutate t/mutate/
like "$out" '^55 of 55 mutants killed' "a folder: the tests of both rule files count"
run "$ASSESS" mutate --rules t/mutate/words.lua t/mutate
like "$out" '^21 of 21 mutants killed' "--rules: the mutants of one rule file"

# ---- which ----

run "$ASSESS" mutate --only '*.weight' t/mutate/small_weak_test.lua
like "$out" '^0 of 4 mutants killed, 0.0 %' "--only: addresses"
run "$ASSESS" mutate --only 'small.lua:28' t/mutate/small_weak_test.lua
like "$out" '^0 of 4 mutants killed' "--only: a line"
run "$ASSESS" mutate --only 'index.B*' t/mutate/small_weak_test.lua
is "$status" 2 "--only with a pattern that matches nothing is refused"
contains "$err" "there is nothing to change like index.B*" "the message names the pattern"
run "$ASSESS" mutate --sample 12 t/mutate/small_weak_test.lua
first=$out
like "$out" 'of 12 mutants killed, .* a sample of 34$' "--sample takes a sample"
run "$ASSESS" mutate --sample 12 t/mutate/small_weak_test.lua
is "$out" "$first" "the same seed takes the same sample"
run "$ASSESS" mutate --sample 12 --seed 7 t/mutate/small_weak_test.lua
ok "another seed takes another sample" test "$out" != "$first"

# ---- for programs ----

run "$ASSESS" mutate --min 29 t/mutate/small_weak_test.lua
is "$status" 0 "--min that is reached"
run "$ASSESS" mutate --min 30 t/mutate/small_weak_test.lua
is "$status" 1 "--min that is not reached"
contains "$err" "29.4 % of the mutants are noticed, less than --min 30" "the message has the share and the minimum"
run "$ASSESS" mutate -f csv t/mutate/small_weak_test.lua
is "$(printf '%s\n' "$out" | grep -c ',killed,')" 10 "CSV: killed mutants"
is "$(printf '%s\n' "$out" | grep -c ',survived,')" 21 "CSV: survivors"
is "$(printf '%s\n' "$out" | grep -c ',quiet,')" 3 "CSV: mutants that change nothing"
like "$out" '^t/mutate/small.lua,18,leaf,index.A.A1.standard.one,,50,55,killed,t/mutate/small_weak_test.lua:1: one score' "CSV: the test that noticed"
run "$ASSESS" mutate -f json t/mutate/small_weak_test.lua
json=$(printf '%s' "$out" | perl -MJSON::PP -e 'my $j = decode_json(join "", <STDIN>); my $s = $j->{summary};
    print "$s->{mutants} $s->{killed} $s->{survived} $s->{quiet} ", scalar @{$j->{mutants}}, " $j->{unused}[0]{address}"')
is "$json" "34 10 24 3 34 params.spare" "JSON"

# ---- what a tired analyst does ----

cat >"$tmp/wrong_test.lua" <<'END'
test("wrong", function(t) t.near(1, 2) end)
END
run "$ASSESS" mutate "$tmp/wrong_test.lua"
is "$status" 1 "tests that fail without any change: status 1"
contains "$err" "the test 'wrong' fails without any change" "the message names the test that fails"
run "$ASSESS" mutate "$tmp"
is "$status" 1 "tests below a folder that fail without any change: status 1"
mkdir "$tmp/empty"
run "$ASSESS" mutate "$tmp/empty"
is "$status" 1 "a folder without tests: status 1"
contains "$err" "no tests below $tmp/empty" "the message says that there are no tests"
run "$ASSESS" mutate rules/nowhere
is "$status" 2 "a folder that is not there is refused"
run "$ASSESS" mutate --rules nowhere.lua t/mutate
is "$status" 2 "a rule file that is not there is refused"
run "$ASSESS" mutate --min 200 t/mutate
is "$status" 2 "a share above 100 is refused"
run "$ASSESS" mutate --onyl x
contains "$err" "--only" "a misspelt option: the nearest is suggested"

# A mutant whose rules cannot be computed is killed, and what follows is not disturbed.
cat >"$tmp/each.lua" <<'END'
return assessment {
  id = "each", title = "Each",
  data = { observed = csv("each.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { step = 2 },
  index = index { "all", "All", indicator { "A1", "One", weight = 1 } },
  compute = function(a)
    local refuse = function(x) if x > 4 then error("too much") end return x end
    local x = each(refuse, a.data.observed + a.params.step)
    return { x = x, double = 2 * x }
  end,
}
END
printf 'unit,indicator,value\nX,A1,2\n' >"$tmp/each.csv"
cat >"$tmp/each_test.lua" <<'END'
test("each", function(t) t.near(t.run("each.lua").double:at { unit = "X" }, 8) end)
END
rm "$tmp/wrong_test.lua"
run "$ASSESS" mutate -f csv "$tmp/each_test.lua"
is "$status" 0 "rules that fail with a mutant" || diag "$err"
like "$out" ',params.step,,2,3,failed,' "a mutant that cannot be computed counts as failed"
like "$out" ',params.step,,2,1,killed,' "the next mutant is tried as usual"
is "$(printf '%s\n' "$out" | grep -Ec ',(killed|failed),')" 6 "all mutants are noticed"

# The method of an indicator becomes that of another one. Tests of One alone notice it of One; that Two
# is not noticed is told; an attribute that no formula asks for is no mutant.
cat >"$tmp/methods.lua" <<'END'
local function twice(x) return 2 * x end
local function half(x) return x / 2 end
return assessment {
  id = "mutants of methods", title = "Methods", attributes = { "later" },
  data = { observed = csv("methods.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "A1", "One", score = twice, later = half },
    indicator { "A2", "Two", score = half, later = twice },
  },
  compute = function(a)
    local score
    for _, each in ipairs(a.index:methods "score") do
      local s = each.method(a.data.observed:only { indicator = each.ids })
      score = score and coalesce(score, s) or s
    end
    return { score = score }
  end,
}
END
printf 'unit,indicator,value\nX,A1,2\nX,A2,6\n' >"$tmp/methods.csv"
cat >"$tmp/methods_test.lua" <<'END'
test("one", function(t) t.near(t.run("methods.lua").score:at { indicator = "A1" }, 4) end)
END
run "$ASSESS" mutate -f csv --only 'index.*' "$tmp/methods_test.lua"
is "$status" 0 "methods" || diag "$err"
like "$out" ',method,index.A1.score,,[^,]*twice,[^,]*half,killed,' "another method is noticed"
like "$out" ',method,index.A2.score,,[^,]*half,[^,]*twice,survived,' "another method is not noticed by a weak test"
lacks "$out" ".later" "what no formula asks for is no mutant"

done_testing
