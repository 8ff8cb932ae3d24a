#!/bin/sh
# assess whatif: the results after a change are those of the rules on data with that change.
. "$(dirname "$0")/tap.sh"

rules=$root/rules/2011.lua
cities=$root/samples/2011/cities.csv

# value FORMAT-CSV TABLE LINE COLUMN: a cell of the paper as CSV (block,line,column,value).
value() { printf '%s\n' "$1" | awk -F, -v b="$2" -v l="$3" -v c="$4" '$1 == b && $2 == l && $3 == c { print $4; exit }'; }
# row CSV TABLE TEXT: the line of a table with a cell of this text.
row() { printf '%s\n' "$1" | awk -F, -v b="$2" -v n="$3" '$1 == b && $4 == n { print $2; exit }'; }
total_of() { # CSV-FILE STAGE
    "$ASSESS" "$rules" --data observed="$1" --output "$3" --stage "$2" --format csv 2>/dev/null |
        awk -F, '$1 == "Shenzhen" { print $NF }'
}

# C7 of Shenzhen counts as of 2010, 57 ug/m3.
grep -q '^Shenzhen,C7,2010,57,' "$cities" || diag 'the sample is another one'
sed 's/^Shenzhen,C7,2010,57,/Shenzhen,C7,2010,30,/' "$cities" >"$tmp/written.csv"
run "$ASSESS" whatif "$rules" Shenzhen C7=30 --stage stage1 --format csv
is "$status" 0 'a figure is changed'
is "$(value "$out" changes 1 before)" 57 'the figure that counts is the latest, as it was'
is "$(value "$out" changes 1 after)" 30 'the figure has its new value'
contains "$out" 'changes,1,at,"2010, ug/m3"' 'the year and unit of measure of the figure are shown'
n=$(row "$out" results 总分)
is "$(value "$out" results "$n" after)" "$(total_of "$tmp/written.csv" stage1 total)" 'the total is that of data with the new figure'
is "$(value "$out" results "$n" before)" "$(total_of "$cities" stage1 total)" 'the total before is that of the data'
n=$(row "$out" results 几何平均总分)
is "$(value "$out" results "$n" after)" "$(total_of "$tmp/written.csv" stage1 geometric)" 'another result is that of data with the new figure'

# Several at once, of all kinds, and a leaf.
sed 's/^Shenzhen,C7,2010,57,/Shenzhen,C7,2010,30,/; s/^\(Shenzhen,D1,2011,\)71,/\195,/' "$cities" >"$tmp/two.csv"
run "$ASSESS" whatif "$rules" Shenzhen C7=30 行政审批事项网上办理率=95 params.cap=110 --stage stage1 --format csv
n=$(row "$out" results 总分)
want=$("$ASSESS" "$rules" --data observed="$tmp/two.csv" --set params.cap=110 --output total --stage stage1 --format csv |
    awk -F, '$1 == "Shenzhen" { print $NF }')
is "$(value "$out" results "$n" after)" "$want" 'two figures, one of them by its name, and a leaf are changed together'
contains "$out" 'others,1,unit,' 'other units whose rank changes are listed'

# A figure that is not there yet stands at the year of the assessment.
run "$ASSESS" whatif "$rules" Shenzhen E7=80 --stage stage1 --format csv
contains "$out" 'changes,1,at,"2011, grade"' 'a missing figure is added at the year that would be used'
is "$(value "$out" changes 1 before)" '' 'that figure was missing before'
run "$ASSESS" whatif "$rules" Shenzhen C7=NA --format csv
is "$status" 0 'a figure may be removed'
run "$ASSESS" whatif "$rules" Shenzhen C7@2009=40 --format csv
contains "$out" 'changes,1,at,"2009, ug/m3"' 'the year of a figure may be named'
contains "$out" 'nothing,1,' 'a change of a year that does not count changes nothing'
run "$ASSESS" whatif "$rules" Shenzhen data.observed.C7@2010=30 --stage stage1 --format csv
is "$(value "$out" changes 1 before)" 57 'a figure may be named with its data and year'

# A text: the evidence of A13 is judged by its rubric.
run "$ASSESS" whatif "$rules" Shenzhen A13=没有进展 --stage stage1 --format csv
is "$status" 0 'the text of a qualitative indicator is changed'
contains "$out" 'changes,1,after,没有进展' 'the new text is shown'
n=$(row "$out" parts 四个海外办事处功能拓展)
is "$(value "$out" parts "$n" after)" 25 'the new text is scored: the least mark is 20, of a standard of 80'

# Tables.
unit=$(awk -F, 'NR == 3 { print $1 }' samples/2011/units.csv)
run "$ASSESS" whatif rules/2011-units.lua "$unit" 'plans.mark[2]=60' --format csv
is "$status" 0 'a cell of a table is changed'
is "$(value "$out" changes 1 after)" 60 'the cell has its new value'
sed '3s/,92,/,60,/' samples/2011/plans.csv >"$tmp/plans.csv"
want=$("$ASSESS" rules/2011-units.lua --data plans="$tmp/plans.csv" --output total --format csv | awk -F, -v u="$unit" '$1 == u { print $NF }')
n=$(row "$out" results 总分)
is "$(value "$out" results "$n" after)" "$want" 'the total is that of the table with the new cell'
run "$ASSESS" whatif rules/2011-units.lua "$unit" 'panel@专家1=120'
is "$status" 2 'a mark outside the bounds of the rules is refused'
contains "$err" 'from 0 to 100' 'the message has the bounds'

# What does not read.
run "$ASSESS" whatif "$rules" Shenzhen CC7=30
is "$status" 2 'an unknown indicator is refused'
contains "$err" "did you mean 'C7'?" 'the nearest indicator is suggested'
run "$ASSESS" whatif "$rules" Shenzhen C7=3o
is "$status" 2 'a value that is no number is refused'
contains "$err" 'C7=3o: this is no number' 'the message is that of a file'
run "$ASSESS" whatif "$rules" Shenzhen C7@1890=3
contains "$err" 'from 2008 to' 'an unknown year: the message has the years there are'
run "$ASSESS" whatif "$rules" Shenzen C7=3
contains "$err" "did you mean 'Shenzhen'?" 'an unknown unit: the nearest is suggested'
run "$ASSESS" whatif "$rules" Shenzhen params.capp=3
contains "$err" 'params.cap' 'an unknown leaf: the nearest is suggested'
run "$ASSESS" whatif "$rules" Shenzhen C7
contains "$err" "'C7' is no change" 'an address without a value is refused'
run "$ASSESS" whatif "$rules" Shenzhen
contains "$err" 'what is to be changed?' 'whatif without a change is refused'
run "$ASSESS" whatif "$rules" Shenzhen 'tasks.done[M-05]=3'
is "$status" 2 'a table that the rules do not have is refused'
run "$ASSESS" whatif rules/2011-units.lua "$unit" 'plans.mark[99]=3'
contains "$err" "no plan '99'" 'an unknown row is refused'

for format in text json md csv; do
    run "$ASSESS" whatif "$rules" Shenzhen C7=30 --format "$format" --width 80
    is "$status" 0 "whatif as $format"
done
run "$ASSESS" whatif "$rules" Shenzhen C7=30 --format json
ok 'JSON parses' perl -MJSON::PP -e 'my $d = decode_json(do { local $/; <STDIN> });
    exit !($d->{results}[0]{after} > $d->{results}[0]{before})' <"$tmp/.out"

# A reader sees one language, and a share in percent wherever it stands.
run "$ASSESS" whatif "$rules" Shenzhen C7=NA --width 100
like "$out" '^阶段 +名称 +改动前 +改动后 +变化$' 'headings are in Chinese for Chinese rules'
like "$out" '^第一阶段 2011–2020 +有数据的权重 +100\.0% +96\.0% +-4\.0%$' 'the change of a share is in percent'
done_testing
