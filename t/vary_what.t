#!/bin/sh
# assess vary: what may vary, beside probabilities worked out by hand. Each tolerance is four standard errors.
. "$(dirname "$0")/tap.sh"

# near GOT WANT WITHIN NAME
near() { ok "$4: $1 is $2 within $3" awk -v a="$1" -v b="$2" -v d="$3" 'BEGIN { exit !(a != "" && a - b <= d && b - a <= d) }'; }
# cell UNIT COLUMN, of the CSV in $out
cell() { printf '%s\n' "$out" | awk -F, -v u="$1" -v c="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) k = i; next } $1 == u { print $k; exit }'; }
# vary RULES ENTRY [OPTION...]: the units, as CSV
vary() { rules=$1 entry=$2; shift 2; run "$ASSESS" vary "$rules" --vary "$entry" --draws 20000 --format csv "$@"; }
# said RULES ENTRY: what varied, as JSON
said() { run "$ASSESS" vary "$1" --vary "$2" --draws 200 --format json; }
# refused TEXT NAME: the last command was, with this text
refused() { is "$status" "${3:-2}" "$2" && contains "$err" "$1" "$2: it is told"; }

two=t/vary/two.lua three=t/vary/three.lua groups=t/vary/groups.lua errors=t/vary/errors.lua

# Weights. Over the triangle of three weights P, Q and R are first in a corner each, where a weight is above a half.
vary $three '*.weight=simplex(where={"A >= B"})'
near "$(cell P first)" 0.5 0.0142 'A at least as much as B: P is first in half of what is left'
near "$(cell R first)" 0.25 0.0123 'R in a quarter'
is "$(cell Q first)" 0 'Q never'
vary $three '*.weight=simplex(where={"A >= B >= C"})'
near "$(cell P first)" 0.75 0.0123 'an order of all three: P in three quarters'
is "$(cell R first)" 0 'R never'
said $three '*.weight=simplex(where={"A >= B >= C"})'
contains "$out" 'drawn exactly by sorting' 'which is drawn by sorting'
vary $three '*.weight=simplex(at_least=0.1)'
near "$(cell P first)" 0.183673 0.011 'a tenth for each: P is first in 9/49'
near "$(cell M first)" 0.448980 0.0141 'M in 22/49'
said $three '*.weight=simplex(at_least=0.1)'
contains "$out" '"uniform on the simplex, drawn exactly"' 'which is drawn exactly'
vary $three '*.weight=simplex(where={"A + B <= 0.6"})'
near "$(cell R first)" 0.694444 0.0131 'a sum of two: R is first in 25/36'
near "$(cell P first)" 0.027778 0.0047 'P in 1/36'
said $three '*.weight=simplex(where={"A + B <= 0.6"})'
contains "$out" 'drawn again until the conditions are met (about 3' 'which is drawn again, as a third meets it'

# A triangle with a side of 0.02: a walk. The gap of a weight to 0.34 has the median (1 - sqrt(1/2)) 0.02.
walk='*.weight=simplex(at_most=0.34)'
vary $three "$walk"
near "$(cell P score_median)" 0.334142 0.0002 'a small triangle: the median'
near "$(cell P score_low)" 0.324472 0.0003 'and the 5 % quantile'
near "$(cell Q score_mean)" 0.333333 0.00014 'and the mean'
walked=$out
vary $three "$walk" --threads 1
is "$out" "$walked" 'whatever the number of threads'
said $three "$walk"
contains "$out" 'hit-and-run' 'which is a walk'

# Groups keep their sums, or all weights are one group.
vary $groups '*.weight=simplex(true)'
is "$(cell R first)" 0 'the weight of the second group stays a third: R is never first'
vary $groups '*.weight=simplex(together=true)'
for unit in P Q R M; do near "$(cell $unit first)" 0.25 0.0123 "together: $unit is first in a quarter"; done
vary $groups '*.weight=simplex(where={"A >= C"})'
refused "'A >= C' names weights that are not of one group" 'a condition over two groups'
contains "$err" 'together = true' 'with what would do'
vary $groups '*.weight=simplex(where={"A >= 2 * Z + B"})'
refused "'A >= 2 * Z + B' names 'Z', and there is no such weight" 'a condition that names nothing'
vary $groups '*.weight=simplex(together=true, where={"A >= C"})'
is "$status" 0 'which is none where they are one' || diag "$err"
vary $three '*.weight=simplex(at_least=0.4)'
refused 'there are no weights A … C with at_least 0.4' 'bounds that cannot be met'
vary $three '*.weight=simplex(where={"A >= 0.6", "2 * B >= 1"})'
refused 'with A >= 0.6, 2 * B >= 1' 'conditions that cannot be met'
vary $three '*.weight=simplex(where={"A >= B", "B >= A"})'
refused 'or only one set of them' 'conditions that leave no room'
vary $three '*.weight=simplex(where={"A beside B"})'
refused "the condition 'A beside B' cannot be read" 'a condition that is none'
vary $three '*.weight=simplex(where={"D >= E"})'
refused "'D >= E' names no weight that varies here" 'a condition on what there is not'
said $three '*.weight=simplex(where={"A >= B", "A <= 0.9", "B <= 0.5"})'
contains "$out" '"the condition never matters: B <= 0.5"' 'a condition that follows from the others is told'

# Data: standard errors, bounds, further data.
run "$ASSESS" vary $errors --draws 20000 --format csv
near "$(cell P first)" 0.672640 0.0133 'standard errors: P is ahead with probability Phi(0.447)'
errors_first=$(cell P first)
run env COLUMNS=200 "$ASSESS" vary $errors --draws 20
contains "$out" 'the column says nothing of them: 1' 'figures without an error are counted'
contains "$out" 'always the same number: data.observed.B@P' 'and those with an error of 0 are named'
vary $errors 'data.observed=errors(deviation)'
is "$(cell P first)" "$errors_first" 'errors in data of their own give the same'
vary $errors 'data.observed=bounds(low, high, as=uniform)'
near "$(cell P first)" 0.775 0.0118 'bounds, all alike between them: P is ahead in 31/40'
vary $errors 'data.observed=bounds(low, high)'
near "$(cell P score_high)" 0.625887 0.0035 'half a normal distribution above the figure'
near "$(cell P score_low)" 0.416075 0.0024 'and half of a narrower one below'
near "$(cell P score_median)" 0.5 0.003 'the figure is the median'
vary $errors 'data.observed=errors(sd)'
refused "neither does data.observed carry a column 'sd'" 'a column that is not there'
contains "$err" "did you mean 'se'?" 'with the one meant'
run "$ASSESS" check $errors
is "$(printf '%s' "$out$err" | grep -c "the data 'deviation'")" 0 'data of errors are not without use'

# figures FILE LINE...: the rules with other data
figures() { printf 'unit,indicator,value,se,low,high\n' >"$tmp/errors.csv"; printf '%s\n' "$@" >>"$tmp/errors.csv"; cp t/vary/deviation.csv "$tmp"; cp $errors "$tmp/errors.lua"; }
figures P,A,0.6,-0.1,0.9,0.4 P,B,0.4,0,0.4,0.4 Q,A,0.5,0.2,0.3,0.7 Q,B,0.4,0.1,0.4,0.4 R,A,0.1,x,0.5,0.7 R,B,0.1,0.1,0,0.3
run "$ASSESS" vary "$tmp/errors.lua"
refused 'errors.csv:2:se: a standard error cannot be negative' 'a negative error' 4
vary "$tmp/errors.lua" 'data.observed=bounds(low, high)'
refused 'errors.csv:2:low: the lower bound is above the upper one' 'bounds upside down' 4
sed -i '2s/-0.1,0.9/0.1,0.4/; 2s/0.4$/0.9/' "$tmp/errors.csv"
vary "$tmp/errors.lua" 'data.observed=bounds(low, high)'
refused 'errors.csv:6:low: the figure does not lie between its bounds' 'a figure outside its bounds' 4
vary $errors 'data.observed.A@Q=noise(0.1)'
refused 'data.observed.A@Q varies twice' 'a figure in two entries'

# Missing figures.
missing=t/vary/missing.lua
vary $missing 'data.observed=impute(residuals)'
near "$(cell T score_mean)" 9.85 0.0014 'a line and its residuals: the mean'
near "$(cell T score_low)" 9.79 1e-9 'the least'
near "$(cell T score_high)" 9.91 1e-9 'and the most'
vary $missing 'data.observed=impute(donors)'
near "$(cell T score_mean)" 6.25 0.0156 'donors: the mean'
near "$(cell T score_low)" 5.55 1e-9 'the least'
is "$(cell P score_high)" 1.05 'figures that are there stay'
run "$ASSESS" vary $missing --vary 'data.observed=noise(0.1)' --vary 'data.observed.B=impute(donors)' --draws 20
contains "$out" 'no figure is missing' 'where nothing is missing, that is told'
vary $missing 'data.observed.B=impute(donors)'
refused "'data.observed.B' means no missing figure" 'and where nothing else varies'

# What is left out. By the weights alone M is 0.5, and P, Q and R are 1/3; without A, P is 0, and the others 1/2.
out_of() { run "$ASSESS" vary $three --vary '*.weight=noise(0)' --vary "$1" --draws 20000 --format csv; }
out_of 'index.*=leave_out(indicator)'
near "$(cell P first)" 0.666667 0.0133 'one of three criteria: P is first without B and without C'
near "$(cell P score_mean)" 0.333333 0.0067 'and 0 without A'
out_of 'index.*=leave_out(indicator, with=0.6)'
near "$(cell P first)" 0.4 0.0139 'in six of ten draws'
out_of 'index.A=leave_out(indicator, each=0.5)'
near "$(cell Q first)" 0.5 0.0142 'one for itself'
out_of 'unit.*=leave_out(unit)'
near "$(cell P missing)" 5000 245 'one of four units: each is missing in a quarter'
near "$(cell P first)" 0.333333 0.0155 'and first where M is, among the draws that have it'
run "$ASSESS" vary $groups --vary 'index.*=leave_out(group)' --draws 20000 --format csv
near "$(cell R score_mean)" 0.5 0.0142 'one of two groups: R is 0 or 1'
near "$(cell R first)" 0.5 0.0142 'and first in half'
vary $three 'index.*=leave_out(column)'
refused 'what is left out is "indicator", "group" or "unit"' 'what cannot be left out'
run "$ASSESS" vary $two --vary 'index.*=leave_out(indicator, each=0.5)' --draws 100
refused 'with index.A left out, index.B left out' 'nothing is left' 3

# A second source, another edition, another method.
vary $two 'data.observed=one_of(t/vary/two.csv, t/vary/second.csv)'
near "$(cell P first)" 0.5 0.0142 'a second source, by which P is first'
vary $two 'data.observed=one_of(t/vary/two.csv, t/vary/none.csv)'
refused "there is no file 't/vary/none.csv'" 'a file that is not there'
said $two 'data.observed=one_of(t/vary/two.csv, t/vary/two.csv)'
contains "$out" 'the choice changes nothing' 'a choice that changes nothing is told'
run "$ASSESS" vary $two --vary 'data.observed=one_of(t/vary/two.csv, t/vary/second.csv)' --vary 'data.observed.A@P=noise(0.1)'
refused 'it is either one or the other' 'a file and figures of it'
vary $two 'rules=one_of(t/vary/two.lua, t/vary/edition.lua)'
near "$(cell P first)" 0.5 0.0142 'another edition, by which P is first'
run "$ASSESS" vary $two --vary 'rules=one_of(t/vary/two.lua, t/vary/edition.lua)' --vary '*.weight=noise(0.1)'
refused "'index.A.weight' is 1 in one variant of the rules and 3 in another" 'noise around a weight that editions differ in' 3
run "$ASSESS" vary $two --vary 'index.A.weight=one_of(1, 2)' --vary '*.weight=noise(0.1)'
refused 'index.A.weight varies twice' 'a weight by a choice and by noise'
run "$ASSESS" vary $groups --vary 'index.X1=leave_out(group)' --vary 'index.X1.*=leave_out(indicator)' --draws 200 --format csv
is "$(cell R first)" 1 'a group, and one of its criteria, which is out already' || diag "$err"
methods='one_of(normalise.given, normalise.minmax, together=true)'
vary t/vary/methods.lua "*.score=$methods"
near "$(cell P first)" 0.5 0.0142 'by one method P is first'
near "$(cell Q first)" 0.5 0.0142 'by the other Q'
vary t/vary/methods.lua '*.score=one_of(normalise.given, normalise.minmax)'
near "$(cell P first)" 0.5 0.0142 'each criterion by itself: P is first where A keeps its own'
near "$(cell R first)" 0.25 0.0123 'and R where only A has the other one'
vary t/vary/methods.lua '*.score=one_of(normalise.given, normalise.minmaks, together=true)'
refused "there is no method 'normalise.minmaks'" 'a method that there is not'
run "$ASSESS" t/vary/methods.lua --set index.A.score=normalise.minmax --set index.B.score=normalise.minmax --format csv
is "$(cell Q rank)$(cell P rank)" 12 'a method can be set'

# A panel of three: the first gives A 60 %, the second B 60 %, the third C 70 %.
panel='panel(t/vary/weights.csv)'
vary $three "*.weight=$panel"
for unit in P Q R; do near "$(cell $unit first)" 0.333333 0.0134 "an expert: $unit is first by one of three"; done
drawn=$out
vary $three '*.weight=panel(t/vary/weights_long.csv)'
is "$out" "$drawn" 'a row for each weight gives the same'
run "$ASSESS" vary $three --vary '*.weight=panel(t/vary/weights.csv, draw=each)' --draws 3000 --format csv
is "$(cell P first)$(cell Q first)" 0.33333333333333330.3333333333333333 'each in turn: exactly a third'
vary $three '*.weight=panel(t/vary/weights.csv, draw=resample)'
near "$(cell R first)" 0.259259 0.0124 'resampled: R is first where the third comes twice, 7/27'
near "$(cell P first)" 0.037037 0.0054 'P where the first comes three times, 1/27'
run "$ASSESS" vary $three --vary "*.weight=$panel" --draws 30
contains "$out" 'one of 3 experts' 'the report says so'
contains "$out" 'In what the experts differ' 'and in what they differ'
contains "$out" 'Ranks by the weights of each expert' 'and how each would rank'
run "$ASSESS" vary $groups --vary "*.weight=$panel" --draws 30 --format json
contains "$out" '"address": "index.X2.C.weight", "least": 1, "lowest": "Li", "most": 1, "highest": "Li", "moved": 0' \
    'a weight in which they do not differ changes no rank'

# experts LINE...: another panel
experts() { printf '%s\n' "$@" >"$tmp/panel.csv"; vary $three "*.weight=panel($tmp/panel.csv)"; }
experts expert,A,B Li,1,2
refused "has no column for the weight of 'C'" 'a weight that nobody gives'
experts expert,A,B,C,D Li,1,2,3,4
refused "has weights of 'D', and the index has nothing of this name" 'a weight of nothing'
experts expert,indicator,weight Li,A,1 Li,B,1 Li,C,1 Li,D,1
refused "has weights of 'D'" 'also in a row of its own'
experts expert,remark,A,B,C Li,new,1,2,3
is "$status" 0 'a column of words is a remark'
experts expert,A,B,C Li,1,2,3 Wang,1,,3
refused "panel.csv:3:B: the expert 'Wang' gives no weight of 'B'" 'a weight that one does not give' 4
experts expert,A,B,C Li,1,2,3 Wang,1,-1,3
refused 'panel.csv:3:B: a weight cannot be negative' 'a negative weight' 4
experts expert,A,B,C Li,1,2,3 Wang,1,many,3
refused 'panel.csv:3:B: a weight is a number' 'a weight that is no number' 4
experts expert,A,B,C Li,1,2,3 Li,1,1,3
refused "panel.csv:3:expert: the expert 'Li' has two rows" 'an expert twice' 4
experts expert,A,B,C Li,0,0,0
refused "all weights of the expert 'Li'" 'no weight at all'
experts expert,indicator,weight Li,A,1 Li,B,1
refused "the expert 'Li' gives no weight of 'C'" 'a row that is not there'
vary $three '*.weight=panel(t/vary/weights.csv, draw=all)'
refused '`draw` is "expert", "resample" or "each"' 'a way to draw that there is not'
vary $three 'params.cap=panel(t/vary/weights.csv)'
refused 'experts give weights only' 'a panel for what is no weight'

# A normal distribution that is cut: half of one has its mean at sd sqrt(2 / pi).
vary $three 'data.observed.A@P=normal(0.5, at_least=1)' --vary '*.weight=noise(0)'
near "$(cell P score_mean)" 0.466314 0.0029 'half a normal distribution'
near "$(cell P score_low)" 0.343783 0.0015 'which lies above the bound'
said $three 'data.observed.A@P=normal(0.1, at_least=0, at_most=1.1)'
contains "$out" '"the condition never matters: at_least = 0"' 'a bound that nothing reaches is told'
vary $three 'data.observed.A@P=normal(0.1, at_least=2)'
refused 'hardly any of the distribution lies within the bounds' 'a bound beyond all'
vary $three 'data.observed.A@P=normal(0.1, at_least=2, at_most=1)'
refused 'the lower bound is above the upper one' 'bounds upside down'

# In the language of the rules.
run "$ASSESS" vary rules/2011.lua --vary '*.weight=simplex(true)' --vary 'params.none=noise(0.1)' --draws 20
contains "$out" '单纯形上的均匀分布，精确抽样' 'how, in Chinese'
contains "$out" '没有这样的名称' 'and what there is not'

# What made no difference.
said $three 'params.power=uniform(1, 2)'
contains "$out" '"no result is computed from it"' 'a number that nothing depends on is told'
said $three 'params.power=uniform(2, 2)'
contains "$out" 'always the same number; no result' 'and one that is always the same'
contains "$out" '"address": "params.power", "of": "params.power", "nominal": 1, "least": 2, "most": 2' 'every number is listed'

contains "$out" '{"address": "params.cap", "value": 10}' 'and every number of the rules that stays'
# A bound that is never reached: all figures are from 0 to 1.
cp t/vary/three.csv "$tmp"
sed 's|combine.weighted_mean(a.data.observed,|combine.weighted_mean(least(a.data.observed, a.params.cap),|' $three >"$tmp/capped.lua"
said "$tmp/capped.lua" 'params.cap=uniform(1, 20)'
contains "$out" '"remark": "nothing changes in 16 draws of it alone"' 'a bound that never binds is told'
said "$tmp/capped.lua" 'params.cap=uniform(0.5, 20)'
lacks "$out" 'nothing changes' 'and one that binds in some draws is not'
run "$ASSESS" vary "$tmp/capped.lua" --vary 'params.cap=uniform(1, 20)' --draws 20 --width 200
contains "$out" '  params.cap: nothing changes in 16 draws of it alone' 'for people, too'
said "$tmp/capped.lua" 'params.cap=one_of(3)'
contains "$out" 'the choice changes nothing' 'nor is there a choice among one'
run "$ASSESS" vary $three --draws 20
contains "$out" 'numbers of the rules that stay as they are: 2' 'which are counted'

# In rules, with the place of what is wrong.
# rules ENTRY: rules with this entry of `uncertain`, on line 8
rules() {
    cp t/vary/three.csv t/vary/weights.csv "$tmp"
    sed 's|^  uncertain = .*|  uncertain = {\
'"$1"' },|' $three >"$tmp/rules.lua"
    run "$ASSESS" vary "$tmp/rules.lua" --draws 20000 --format csv
}
line=$(($(grep -n '^  uncertain' $three | cut -d: -f1) + 1))
rules '{ "*.weight", simplex = { at_least = 0.1, where = { "A >= B", "B >= C" } }, why = "the minister said so" }'
is "$status" 0 'conditions in rules' || diag "$err"
near "$(cell P first)" 0.551020 0.0141 'P is first in 27/49'
rules '{ "*.weight", panel = "weights.csv", draw = "each" }'
near "$(cell P first)" 0.333333 0.0001 'a panel beside the rules'
rules '{ "*.weight", simplex = { at_least = 0.5 } }'
refused "rules.lua:$line:" 'a condition that cannot be met has its line' 3
contains "$err" 'with at_least 0.5' 'and is named'
rules '{ "*.weight", simplex = { at_least = 0.5, at_most = 0.2 } }'
refused "rules.lua:$line:" 'bounds upside down' 3
rules '{ "*.weight", panel = "nobody.csv" }'
ok 'a panel that is not there' test "$status" -ne 0
contains "$err" 'nobody.csv' 'is named'
rules '{ "*.weight", noise = 0.1, least = 3 }'
refused 'there is no such option' 'an option that there is not' 3
rules '{ "data.observed", errors = 5 }'
refused 'its values must be texts' 'a number in place of a column' 3
rules '{ "index.*", leave_out = "indicator", with = 2 }'
refused 'a probability is from 0 to 1' 'a probability of 2' 3
rules '{ "*.weight", noise = 0.1 }, { "*.weight", simplex = true }'
refused "rules.lua:$line:" 'one address in two entries' 3
contains "$err" 'it is given twice' 'is told'
rules '{ "*.weight", noise = 0.1 },\
{ "index.A.weight", uniform = { 1, 2 } }'
refused "rules.lua:$((line + 1)):" 'one number in two entries' 3
contains "$err" 'index.A.weight varies twice' 'is told'
run "$ASSESS" vary $missing --vary 'data.observed=noise(0.1)' --vary 'data.observed=impute(donors)' --draws 20
contains "$out" 'noise(0.1)' 'figures that are there vary'
contains "$out" 'impute(donors)' 'beside those that are missing'
done_testing
