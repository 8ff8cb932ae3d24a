#!/bin/sh
# assess sensitivity: indices beside analytic ones and those worked out by hand, what has no indices, mistakes.
. "$(dirname "$0")/tap.sh"

# near GOT WANT WITHIN NAME
near() { ok "$4: $1 is $2 within $3" awk -v a="$1" -v b="$2" -v d="$3" 'BEGIN { exit !(a != "" && a - b <= d && b - a <= d) }'; }
# cell CSV ROW COLUMN
cell() { printf '%s\n' "$1" | awk -F, -v u="$2" -v c="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) k = i; next } $1 == u { print $k; exit }'; }
csv() { run "$ASSESS" sensitivity "$@" --format csv; }

# Ishigami. Of 4096 rows the unit test t/sensitivity.c finds errors of at most 0.007 over many seeds; the tolerance is
# three of them.
ishigami=t/sensitivity/ishigami.lua
range='uniform(-3.141592653589793, 3.141592653589793)'
csv $ishigami --of y --vary "params.x1=$range" --vary "params.z2=$range" --vary "params.x3=$range"
is "$status" 0 'Ishigami' || diag "$err"
near "$(cell "$out" params.x1 first)" 0.3139 0.02 'x1 alone'
near "$(cell "$out" params.z2 first)" 0.4424 0.02 'z2 alone'
near "$(cell "$out" params.x3 first)" 0 0.02 'x3 alone'
near "$(cell "$out" params.x1 total)" 0.5576 0.02 'x1 in total'
near "$(cell "$out" params.z2 total)" 0.4424 0.02 'z2 in total'
near "$(cell "$out" params.x3 total)" 0.2437 0.02 'x3 in total'
is "$(printf '%s\n' "$out" | sed -n 2p | cut -d, -f1)" params.x1 'the one with the greatest total comes first'
alone=$(cell "$out" params.z2 first)

# x1 and x3 as a group: alone what both do, and no interaction with z2 is left.
csv $ishigami --of y --vary "params.x*=$range" --vary "params.z2=$range"
near "$(cell "$out" 'params.x*' first)" 0.5576 0.02 'a group alone'
near "$(cell "$out" 'params.x*' total)" 0.5576 0.02 'and in total'
is "$(cell "$out" 'params.x*' numbers)" 2 'of two numbers'
csv $ishigami --of y --by input --vary "params.x*=$range" --vary "params.z2=$range"
near "$(cell "$out" params.x3 total)" 0.2437 0.02 'taken apart by input'

run "$ASSESS" sensitivity $ishigami --of y --second --vary "params.x*=$range" --vary "params.z2=$range" --by input --format json
pair=$(printf '%s\n' "$out" | sed -n 's/.*"address": "params.x1", "with": "params.x3", "second": \([-0-9.e]*\).*/\1/p')
near "$pair" 0.2437 0.02 'second order: x1 with x3'
contains "$out" '"method": "sobol"' 'programs read the method by its name'
contains "$out" '"evaluations": 32768' 'for 4096 (2 k + 2) evaluations'

# The g-function: all numbers are one entry.
csv t/sensitivity/g.lua --of y --by input
near "$(cell "$out" params.x1 first)" 0.7162 0.02 'g-function, x1 alone'
near "$(cell "$out" params.x2 first)" 0.1790 0.02 'x2'
near "$(cell "$out" params.x3 first)" 0.0237 0.01 'x3'
near "$(cell "$out" params.x4 first)" 0.0072 0.01 'x4'
near "$(cell "$out" params.x1 total)" 0.7871 0.02 'x1 in total'
near "$(cell "$out" params.x2 total)" 0.2422 0.02 'x2'
near "$(cell "$out" params.x3 total)" 0.0343 0.01 'x3'
near "$(cell "$out" params.x4 total)" 0.0105 0.01 'x4'
csv t/sensitivity/g.lua --of y
near "$(cell "$out" 'params.x*' first)" 1 0.05 'one entry is everything'
run "$ASSESS" sensitivity t/sensitivity/g.lua --of y --draws 256
contains "$out" '--by input takes its numbers apart' 'and it is told how to see more'

# A sum: shares of the variance. Each Sobol' estimate of it has an error below 0.001 (t/sensitivity.c).
linear=t/sensitivity/linear.lua
csv $linear --of score --unit R
near "$(cell "$out" params.a first)" 0.642857 0.005 'a sum: 9/14'
near "$(cell "$out" params.b total)" 0.285714 0.005 '4/14'
near "$(cell "$out" params.c total)" 0.071429 0.005 '1/14'
is "$(cell "$out" params.d first),$(cell "$out" params.d total)" 0,0 'what does nothing has 0, alone and in total'
one=$out
csv $linear --of score --unit P --unit R
is "$(printf '%s\n' "$out" | head -2 | tail -1 | cut -d, -f1,2)" P,params.a 'several units are told apart by a column'
is "$(printf '%s\n' "$out" | sed -n 's/^R,//p' | sort)" "$(printf '%s\n' "$one" | sed 1d | sort)" 'with the same draws'

# The rank and its shift hang on b alone, the verdict on a alone.
csv $linear
near "$(cell "$out" params.b first)" 1 0.01 'the shift of ranks: b'
is "$(cell "$out" params.a total)" 0 'and not a'
csv $linear --of verdict
near "$(cell "$out" params.a first)" 1 0.01 'the verdict: a'
csv $linear --of grade --unit Q
ok 'a grade: the same as by the rules or not' test "$(cell "$out" params.a total)" '>' 0.3

# What has no indices.
run "$ASSESS" sensitivity $linear --of never
is "$status" 0 'a result that never changes'
contains "$out" 'the result is the same in all draws' 'is told'
csv $linear --of never
is "$(cell "$out" params.a first)" '' 'and has no index'
run "$ASSESS" sensitivity $linear --of sometimes
contains "$out" 'rows are left out: the result is missing' 'missing results are told'
csv $linear --of sometimes
near "$(cell "$out" params.a first)" 0.36 0.01 'where it is there, a has 9/25: 3/4 of its range, squared, beside all of c'
near "$(cell "$out" params.c first)" 0.64 0.01 'and c 16/25'
run "$ASSESS" sensitivity $linear --of sometimes --vary 'params.a=uniform(0, 0.2)'
contains "$out" 'the result is missing in all draws' 'nothing at all is there'
run "$ASSESS" sensitivity $linear --data x=t/sensitivity/one.csv
is "$status" 0 'one unit' || diag "$err"
contains "$out" 'Total' 'has a score, and no shift of ranks'
csv $ishigami --of y --vary "params.z2=$range"
near "$(cell "$out" params.z2 first)" 1 0.01 'one number only: everything, alone'
near "$(cell "$out" params.z2 total)" 1 0.01 'and in total'

# Convergence: few rows are not enough, and it is told how many would do.
run "$ASSESS" sensitivity $ishigami --of y --draws 64 --vary "params.x*=$range" --vary "params.z2=$range" --by input
contains "$out" 'not settled' 'few rows have not settled'
contains "$out" '--draws ' 'more would'
run "$ASSESS" sensitivity $ishigami --of y --draws 16384 --vary "params.x*=$range" --vary "params.z2=$range" --by input
lacks "$out" 'not settled' 'many have'

# The same for any number of threads; another seed scrambles otherwise.
run "$ASSESS" sensitivity $linear --of score --unit R --threads 1 --draws 3000 --format json
one=$out
run "$ASSESS" sensitivity $linear --of score --unit R --threads 4 --draws 3000 --format json
is "$out" "$one" 'threads change nothing'
run "$ASSESS" sensitivity $linear --of score --unit R --seed 2 --draws 3000 --format json
ok 'a seed does' test "$out" != "$one"

# Nor does it matter how many draws are computed at once: 16 of 70,001 units, 1024 of three.
awk 'BEGIN { print "unit,value\nR,4"; for (i = 1; i <= 70000; i++) print "u" i "," i }' >"$tmp/many.csv"
for method in 'sobol --draws 20' 'morris --draws 5' 'correlation --draws 40'; do
    set -f
    csv $linear --of score --unit R --method $method
    one=$out
    csv $linear --of score --unit R --method $method --data x="$tmp/many.csv"
    set +f
    is "$out" "$one" "${method%% *}: blocks change nothing"
done

# Numbers beyond the dimensions of Sobol' points are told.
cp -r rules samples "$tmp"
sed -i '/^local uncertain/d; s/, uncertain = uncertain//' "$tmp/rules/2011.lua"
run "$ASSESS" sensitivity "$tmp/rules/2011.lua" --vary 'data.observed=noise(0.05)' --vary 'params.cap=uniform(90, 120)' --draws 16 --format json
lacks "$out" '"random"' '406 numbers have two dimensions each of 1,111'
run "$ASSESS" sensitivity "$tmp/rules/2011.lua" --vary 'data.observed=noise(0.05)' --vary '*.standard.*=noise(0.1)' --vary '*.floor=noise(0.1)' --vary '*.weight=noise(0.1)' --draws 2 --format json
contains "$out" '"random": 47' 'of 602 numbers 555 do'

# Choices: half of the draws have the weight 3. The score of P is 1/2 or 3/4 by the choice alone.
csv t/vary/two.lua --vary 'index.A.weight=one_of(1, 3)' --of score --unit P
near "$(cell "$out" index.A.weight first)" 1 0.01 'a choice is a factor'

# Weights that keep a sum move together; noise is drawn for each.
csv t/vary/three.lua --of score --unit P --by input
is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 2 'weights on the simplex are one factor'
csv t/vary/two.lua --vary '*.weight=noise(0.5)' --of score --unit P --by input
near "$(cell "$out" index.A.weight first)" 0.5 0.02 'by noise they are two, alike'
csv t/vary/three.lua --vary '*.weight=dirichlet(6)' --of score --unit P --draws 1024
near "$(cell "$out" '*.weight' total)" 1 0.01 'a Dirichlet distribution'

# One at a time: a moves the sum by 3 times 0.9, the distance of the quantiles.
csv $linear --method oat --of score --unit Q
near "$(cell "$out" params.a change)" 2.7 1e-9 'one at a time: a'
near "$(cell "$out" params.b change)" -1.8 1e-9 'b'
is "$(cell "$out" params.d change)" 0 'd'
near "$(cell "$out" params.a at_low)" 1.65 1e-9 'the others stay as they are by the rules'
csv t/vary/two.lua --vary 'index.A.weight=one_of(1, 3)' --method oat --of score --unit P
is "$(cell "$out" index.A.weight low),$(cell "$out" index.A.weight at_low)" 3,0.75 'a choice has its other values'
# On the simplex of two weights the share of each is uniform: 0.05 and 0.95.
csv t/vary/two.lua --vary '*.weight=simplex(true)' --method oat --of score --unit P
near "$(cell "$out" index.A.weight at_low)" 0.05 1e-9 'weights make room for each other'
near "$(cell "$out" index.B.weight at_low)" 0.95 1e-9 'both ways'

# A result that changes only by rounding does not change.
csv t/sensitivity/same.lua --method oat --of same
is "$(cell "$out" params.p change),$(cell "$out" params.p at_low)" "0,$(cell "$out" params.q at_low)" 'rounding is no change, one at a time'
csv t/sensitivity/same.lua --method morris --of same
is "$(cell "$out" params.p mu_star),$(cell "$out" params.p sigma)" 0,0 'and no elementary effect'
csv t/sensitivity/same.lua --of same --draws 256
is "$(cell "$out" params.p first),$(cell "$out" params.p total)" , 'and no variance to be shared out'
csv t/sensitivity/same.lua --method correlation --of same --draws 256
is "$(cell "$out" params.p ratio),$(cell "$out" params.p r)" , 'or to be told by what varies'

# Elementary effects of a sum are its factors, every time.
csv $linear --method morris --of score --unit Q
is "$(cell "$out" params.a mu_star),$(cell "$out" params.b mu)" 3,-2 'elementary effects of a sum'
is "$(cell "$out" params.a sigma),$(cell "$out" params.d mu_star)" 0,0 'do not vary'
csv $ishigami --method morris --of y --vary "params.x*=$range" --vary "params.z2=$range"
ok 'where numbers work together they do' test "$(cell "$out" params.x3 sigma)" '>' 1
csv $linear --method morris --of score --unit Q --by entry --vary 'params.a=uniform(0, 2)' --draws 20
is "$(cell "$out" params.a mu_star)" 6 'for the whole range'

# Left out: without A the scores are those of B. By the rules P 0.5, Q 0.65, R 0.5, so r = 0.02 / sqrt(0.015 * 0.5267).
csv t/vary/two.lua --method leave_out
is "$(cell "$out" A shift)" 1 'each moves by a place without A'
near "$(cell "$out" A r)" 0.2250 0.0001 'the correlation with all indicators'
near "$(cell "$out" A loss)" 0.949367 0.000001 'the loss of information: 1 - 4/79'

# Correlation ratios: of draws, and of any sample.
csv $ishigami --method correlation --of y --vary "params.x*=$range" --vary "params.z2=$range"
near "$(cell "$out" params.z2 ratio)" 0.4424 0.04 'correlation ratio: z2'
near "$(cell "$out" params.z2 r_squared)" 0 0.01 'of which a line sees nothing'
cat >"$tmp/sample.csv" <<'CSV'
word,number,y
x,7,0
x,7,2
y,8,1
y,8,3
z,9,5
z,9,7
CSV
csv $linear --method correlation --sample "$tmp/sample.csv" --of y
near "$(cell "$out" number ratio_uncorrected)" 0.823529 0.000001 'three groups by hand: 28 of 34'
near "$(cell "$out" word ratio)" 0.705882 0.000001 'corrected: 1 - 6/34 * 5/3'
is "$(cell "$out" word r)" '' 'words have no line'

# Mistakes.
mistake() { # OPTIONS TEXT
    set -f
    run "$ASSESS" sensitivity $linear $1
    set +f
    is "$status" 2 "$1: wrong usage"
    contains "$err" "$2" "$1: told"
}
mistake '--of scor' "did you mean 'score'?"
mistake '--of score' "of which unit?"
mistake '--of score --unit Pp' "did you mean 'P'?"
mistake '--of shift --unit P' "is not of one unit"
mistake '--method sobal' "did you mean 'sobol'?"
mistake '--method oat --second' '--second is for --method sobol'
mistake '--draws 1' 'must be between 2'
mistake '--sample t/vary/two.csv --of A' '--method correlation'
mistake '--method correlation --sample t/vary/two.csv' 'which column'
mistake '--method correlation --sample t/vary/two.csv --of AA' "there is no column 'AA'"
mistake '--method correlation --sample t/vary/two.csv --of unit' "the column 'unit' is no number"
mistake '--method correlation --sample t/vary/none.csv --of A' 'no such file'
mistake '--method leave_out' 'no indicator has a weight'
mistake '--method leave_out --of score' 'without --of'
mistake '--method leave_out --vary params.a=noise(0.1)' '--vary is of no use with --method leave_out'
mistake '--method oat --draws 100' '--draws is of no use with --method oat'
mistake '--method oat --seed 1' '--seed is of no use with --method oat'
mistake '--method correlation --by entry' '--by is of no use with --method correlation'
mistake '--method correlation --sample t/vary/two.csv --of A --seed 2' '--seed is of no use with --sample'
run "$ASSESS" sensitivity t/vary/two.lua
is "$status" 2 'nothing is uncertain'
contains "$err" 'uncertain = {' 'with what to write'
run "$ASSESS" sensitivity $linear --vary 'params.zz=uniform(0, 1)'
contains "$out" 'none: no such name' 'an address that nothing has'
run "$ASSESS" sensitivity rules/2011.lua --vary '*.weight=noise(0.2)' --of scores --draws 16
contains "$err" 'has a value for each indicator' 'a result with a further axis'
run "$ASSESS" sensitivity rules/2011.lua --vary '*.weight=noise(0.2)' --of scores --at indicator=C7 --draws 16
is "$status" 0 'picks one of it' || diag "$err"
done_testing
