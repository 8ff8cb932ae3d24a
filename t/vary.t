#!/bin/sh
# assess vary: probabilities beside those worked out by hand, and the same draws however they are made.
. "$(dirname "$0")/tap.sh"

# near GOT WANT WITHIN NAME
near() { ok "$4: $1 is $2 within $3" awk -v a="$1" -v b="$2" -v d="$3" 'BEGIN { exit !(a - b <= d && b - a <= d) }'; }
# cell CSV UNIT COLUMN
cell() { printf '%s\n' "$1" | awk -F, -v u="$2" -v c="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) k = i; next } $1 == u { print $k; exit }'; }

# Two criteria, all weights as likely: P is first above 7/11 of the first weight, R below 1/3. With 40,000 draws a
# share has a standard error of 0.0024; the tolerance is four of them, and the seed is fixed.
two=t/vary/two.lua
run "$ASSESS" vary $two --vary '*.weight=simplex(true)' --draws 40000 --format csv
is "$status" 0 'all weights at all' || diag "$err"
near "$(cell "$out" P first)" 0.363636 0.0097 'P is first in 4/11'
near "$(cell "$out" Q first)" 0.303030 0.0097 'Q in 10/33'
near "$(cell "$out" R first)" 0.333333 0.0097 'R in 1/3'
simplex=$(cell "$out" R first)

# Independent noise that is scaled back is something else: w / (w + v) with both uniform on 0 … 2 is at most 1/3
# where 2 w is at most v, which is a quarter of the square.
run "$ASSESS" vary $two --vary '*.weight=noise(1)' --draws 40000 --format csv
near "$(cell "$out" R first)" 0.25 0.0088 'with noise of 100 % R is first in 1/4'
ok 'noise is not uniform' test "$(cell "$out" R first)" != "$simplex"

# Dirichlet of concentration 2 over two equal weights is uniform again.
run "$ASSESS" vary $two --vary '*.weight=dirichlet(2)' --draws 40000 --format csv
near "$(cell "$out" P first)" 0.363636 0.0097 'a Dirichlet distribution with parameters 1 is uniform'

# Three criteria: M, which is 0.5 whatever the weights, is first where no weight is above a half.
three=t/vary/three.lua
run "$ASSESS" vary $three --draws 40000 --format csv
for unit in P Q R M; do near "$(cell "$out" $unit first)" 0.25 0.0087 "$unit is first in a quarter of the triangle"; done
near "$(cell "$out" M score_mean)" 0.5 1e-15 'and the score of M never moves'

# Numbers, by their distributions: the score of P is the first weight, by itself.
run "$ASSESS" vary $two --vary 'index.A.weight=uniform(1, 3)' --draws 40000 --format csv
near "$(cell "$out" P score_median)" 0.666667 0.004 'the median of w / (w + 1) with w uniform on 1 … 3'
near "$(cell "$out" P first)" 0.625 0.0097 'P is first where w is above 7/4'

# Data: normal with a share of the figure, and one figure alone.
run "$ASSESS" vary $two --vary 'data.observed.A@Q=uniform(0.6, 1.4)' --draws 40000 --format csv
near "$(cell "$out" Q score_mean)" 0.85 0.0025 'a figure of one unit'
is "$(cell "$out" P score_low)" 0.5 'and of no other'

# The same draws for any number of threads; the first of many are those of few; an address more leaves the others.
run "$ASSESS" vary $three --draws 5000 --threads 1 --format json
one=$out
run "$ASSESS" vary $three --draws 5000 --threads 4 --format json
is "$out" "$one" 'threads change nothing'
run "$ASSESS" vary $three --draws 5000 --seed 2 --format json
ok 'a seed does' test "$out" != "$one"

# What is said to be uncertain and what became of it.
run "$ASSESS" vary $three --vary 'params.power=uniform(1, 2)' --vary 'index.Z.*=noise(0.1)' --draws 100
contains "$out" 'index.Z.*' 'an address that nothing has is told'
contains "$out" 'none: no such name' 'as such'
contains "$out" 'the weights are proposals' 'and the reasons of the rules'

# Mistakes.
run "$ASSESS" vary $two
is "$status" 2 'nothing is uncertain'
contains "$err" "uncertain = {" 'with what to write'
run "$ASSESS" vary $two --vary 'index.A.weight=uniform(3, 1)'
is "$status" 2 'bounds upside down'
contains "$err" 'the lower bound is above the upper one' 'are told'
run "$ASSESS" vary $two --vary 'index.A.weight=unifrom(1, 3)'
contains "$err" "did you mean 'uniform'?" 'a kind that there is not'
run "$ASSESS" vary $two --vary 'index.A.weight=normal(1, -0.5)'
contains "$err" 'a standard deviation cannot be negative' 'a negative deviation'
run "$ASSESS" vary $two --vary 'index.A.weight=one_of(1, 2, with = {0.5, 0.6})'
contains "$err" 'the probabilities must add up to 1' 'probabilities that do not add up'
run "$ASSESS" vary $two --vary 'index.A.name=uniform(1, 2)'
is "$status" 2 'an address that is no leaf' || diag "$err"
run "$ASSESS" vary $two --vary 'index.A.better=uniform(1, 2)'
contains "$err" 'only numbers can be drawn' 'an address that is a text'
run "$ASSESS" vary $two --vary 'index.A.weight=uniform(1, 2)' --vary '*.weight=noise(0.1)'
contains "$err" 'varies twice' 'an address in two entries'

# A choice is a variant of the rules: half the draws have twice the weight.
run "$ASSESS" vary $two --vary 'index.A.weight=one_of(1, 3)' --draws 20000 --format csv
near "$(cell "$out" P score_mean)" 0.625 0.0036 'the mean of 1/2 and 3/4'
near "$(cell "$out" P first)" 0.5 0.0142 'P is first with the weight 3'
run "$ASSESS" vary $two --vary 'index.A.weight=one_of(1, 3, with = {0.2, 0.8})' --draws 20000 --format csv
near "$(cell "$out" P first)" 0.8 0.0114 'with probabilities'
done_testing
