#!/bin/sh
# assess explain and assess leaves through the command line. The figures of Shenzhen's first indicator
# are worked out by hand: 13153 USD of a standard of 30000 are 43.8433 points.
. "$(dirname "$0")/tap.sh"

run "$ASSESS" explain rules/2011.lua Shenzhen --stage stage1 --width 100
is "$status" 0 'a result of a unit is explained'
like "$out" '^total \[Shenzhen, stage1\] = 69\.4993' 'the explanation begins with the result'
contains "$out" 'scores [Shenzhen, A1, stage1] = 43.8433' 'it leads to the scores'
contains "$out" '= clamp(100 * 13153 / 30000, 0, 100)' 'formulas have the values put in'
contains "$out" 'index.A.A1.standard.stage1 [A1, stage1] = 30000' 'it leads to the leaves'
line=$(grep -n '100 \* x / p.standard' rules/methods/normalise.lua | head -1 | cut -d: -f1)
contains "$out" "        rules/methods/normalise.lua:$line" 'it has the line where a method is written'

run "$ASSESS" explain rules/2011.lua Shenzhen --stage stage1 --format csv --depth 9
is "$status" 0 'the explanation as CSV'
line=$(grep -n '^Shenzhen,A1,2008,13153,' samples/2011/cities.csv | cut -d: -f1)
contains "$out" "samples/2011/cities.csv,$line,value," 'CSV has the line of the data file'
like "$out" '^output,depth,role,name,at,value,' 'CSV is one table with a heading'

run "$ASSESS" explain rules/2011.lua Shenzhen total rank --depth 1 --format json
is "$(printf '%s\n' "$out" | grep -c '"steps": \[')" 1 'JSON has one list of steps'
is "$(printf '%s\n' "$out" | grep -c '"depth": 0,')" 4 'JSON has both results in both stages'
contains "$out" '"role": "beside"' 'JSON has the units that a rank is compared with'

# Every operation: t/explain/ops.lua has one output for each (t/explain_ops.c sees to that), and
# t/explain_values.t works the numbers out again.
set -- $(sed -n 's/^\([a-z_0-9]*\) \(\[.*\] \)\{0,1\}= .*/\1/p' t/explain/ops.txt | uniq)
run "$ASSESS" explain t/explain/ops.lua Cize "$@" --depth 12 --steps 5000 --width 80
is "$status" 0 'every operation is explained'
printf '%s\n' "$out" >"$tmp/ops.txt"
diff t/explain/ops.txt "$tmp/ops.txt" >"$tmp/diff" 2>&1
is "$(head -20 "$tmp/diff")" '' 'the explanations are those of t/explain/ops.txt'

run "$ASSESS" explain samples/cookbook/topsis.lua Anda nearness --methods rules
is "$status" 0 'rules without a score are explained, too'

# A leaf tells what each edition said of it, with lines and citations; and what was set by hand.
was=$(grep -n '"C7", ' rules/2011.lua | cut -d: -f1)
now=$(grep -n 'C7.standard.stage1' rules/2012.lua | cut -d: -f1)
run "$ASSESS" explain rules/2012.lua Shenzhen --stage stage1 --format csv --depth 12
contains "$out" "47 (rules/2011.lua:$((was + 1)), (22)) → 40 (rules/2012.lua:$now, " 'a leaf of an overlay has its editions'
run "$ASSESS" explain rules/2011.lua Shenzhen --stage stage1 --format csv --depth 12 --set params.cap=120
contains "$out" '深府〔2011〕68号 五（四）) → 120 (--set)' 'a leaf that was set has the old and the new value'

# No line is wider than the page, in Chinese either; a wide character takes two columns.
for width in 80 200; do
    "$ASSESS" explain rules/2011.lua Shenzhen built --width $width --depth 9 >"$tmp/wide"
    is "$(perl -CSD -ne 'chomp; print if length($_) + (() = /[\x{2E80}-\x{9FFF}\x{FF00}-\x{FFEF}]/g) > '$width "$tmp/wide")" '' "no line is wider than $width columns"
done

run "$ASSESS" explain rules/2011.lua Shenzen
is "$status" 2 'an unknown unit is refused'
contains "$err" "no unit 'Shenzen' — did you mean 'Shenzhen'?" 'the nearest unit is suggested'
run "$ASSESS" explain rules/2011.lua Shenzhen totl
is "$status" 2 'an unknown result is refused'
contains "$err" "did you mean 'total'?" 'the nearest result is suggested'
run "$ASSESS" explain rules/2011.lua
is "$status" 2 'an explanation without a unit is refused'
contains "$err" 'whose result?' 'the message asks for a unit'
run "$ASSESS" explain rules/2011.lua Shenzhen --top 3
is "$status" 2 'options of other commands are refused'

run "$ASSESS" leaves rules/2011.lua --format csv
is "$status" 0 'assess leaves lists the leaves'
contains "$out" 'index.C.C7.weight,4,(22),rules/2011.lua' 'a leaf has address, value, citation and file'
is "$(printf '%s\n' "$out" | grep -c 'index\.[A-E]\.[A-E][0-9]*\.weight,')" 50 'each indicator has its weight'
run "$ASSESS" leaves rules/2011.lua --set params.cap=120 --format csv
like "$out" '^([^,]*,)?params\.cap,120,.*true' 'a leaf that was set is marked'
run "$ASSESS" explain rules/2011.lua Shenzhen C7
is "$status/$err" "2/assess: no result 'C7' — 'scores' has it: scores --at indicator=C7" 'an indicator in place of a result: the message names the result that has it'

# Conditions have the names and numbers of the report; programs get the formula.
run "$ASSESS" explain rules/2011.lua Beijing --missing --stage stage1 --width 100
like "$out" '^有数据的权重 +7\.5% +≥ 85% +否 +100\.0% +是$' 'a condition has its title, a share is in percent'
like "$out" '^总分 +- +≥ 90 +未定 ' 'a condition that is undecided says so'
run "$ASSESS" explain rules/2011.lua Beijing --missing --stage stage1 --format json
contains "$out" '{"condition": "coverage ≥ params.coverage", "is": 0.075, "wanted": 0.85, "holds": false, ' 'JSON has the formula and numbers of a condition'
run "$ASSESS" leaves rules/2011.lua --width 100
like "$out" '^条目 +值 +依据 +文件 +行 +另设$' 'headings are in the language of the rules'
done_testing
