#!/bin/sh
# The tests of the shipped rules: they pass, and enough of the rules and of changes to them is covered.
. "$(dirname "$0")/tap.sh"

run "$ASSESS" test rules --seed 1 --coverage-min 90
is "$status" 0 'assess test rules' || diag "$(printf '%s\n' "$out" | grep -v '^ok')$err"
for rule in rules/*.lua; do
    case $rule in *_test.lua) continue ;; esac
    tests=${rule%.lua}_test.lua
    contains "$out" "# $tests" "$rule has tests"
done
is "$(printf '%s\n' "$out" | grep -c '^ok ')" "$(printf '%s\n' "$out" | sed -n 's/^1\.\.//p')" 'all of them hold'

# Another seed draws other data.
run "$ASSESS" test rules --seed 20110711 --run 'never lowers|between|whatever|order'
is "$status" 0 'properties with another seed' || diag "$out"

# At least nine in ten small changes of a rule file are noticed by its own tests; of the longer ones a sample, drawn
# by the seed, is tried here.
for rule in 2011 2011-units 2011-awards hdi; do
    run "$ASSESS" mutate "rules/${rule}_test.lua" --rules "rules/$rule.lua" --min 90 --seed 1 --sample 150
    is "$status" 0 "$rule.lua: changes are noticed" || diag "$out$err"
    like "$out" '^[0-9]+ of [0-9]+ mutants killed, 9[0-9]' 'and it is said how many'
done
# An overlay changes little: what it takes over has the tests of its base.
run "$ASSESS" mutate rules/2012_test.lua --rules rules/2012.lua --only '2012.lua:*' --min 90 --seed 1
is "$status" 0 '2012.lua: changes of what it sets are noticed' || diag "$out$err"

# A test file that is wrong about a rule says where.
sed 's/{ C7 = 94, want = 50 }/{ C7 = 94, want = 51 }/' rules/2011_test.lua >"$tmp/2011_test.lua"
cp -R rules/2011.lua rules/2011 rules/methods "$tmp/"
mkdir "$tmp/golden" && cp rules/golden/2011-sample.csv "$tmp/golden/"
sed 's|\.\./samples|'"$root"'/samples|' rules/2011.lua >"$tmp/2011.lua"
run "$ASSESS" test "$tmp/2011_test.lua" --run inverse
is "$status" 1 'a wrong expectation fails'
contains "$out" 'want: 51' 'and both values are told'
done_testing
