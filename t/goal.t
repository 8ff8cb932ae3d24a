#!/bin/sh
# assess goal and assess levers. A change that is said to reach a goal is written into the data and reaches it there,
# and a slightly smaller one does not. The effect of 1 % more is that of data with 1 % more.
. "$(dirname "$0")/tap.sh"

rules=$root/rules/2011.lua
cities=$root/samples/2011/cities.csv

value() { printf '%s\n' "$1" | awk -F, -v b="$2" -v l="$3" -v c="$4" '$1 == b && $2 == l && $3 == c { print $4; exit }'; }
row() { printf '%s\n' "$1" | awk -F, -v b="$2" -v n="$3" '$1 == b && $3 == "name" && $4 == n { print $2; exit }'; }
# with ID=VALUE …: the data of Shenzhen with these figures, each in the row that counts (the last up to 2011, or a new one).
with() {
    awk -F, -v OFS=, -v given="$*" '
        BEGIN { n = split(given, pair, " "); for (i = 1; i <= n; i++) { split(pair[i], p, "="); to[p[1]] = p[2] } }
        NR == FNR { if ($1 == "Shenzhen" && ($2 in to) && $4 != "" && $3 <= 2011 && $3 >= last[$2]) last[$2] = $3; next }
        $1 == "Shenzhen" && ($2 in to) && $3 == last[$2] { $4 = to[$2] }
        { print }
        END { for (id in to) if (!(id in last)) print "a figure of " id " is not there" }' "$cities" "$cities"
}
of() { # OUTPUT DATA-FILE
    "$ASSESS" "$rules" --data observed="$2" --output "$1" --stage stage1 --format csv 2>/dev/null |
        awk -F, '$1 == "Shenzhen" { print $NF }'
}
at_least() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a >= b) }'; }
below() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }

# ---- one figure ----
run "$ASSESS" goal "$rules" Shenzhen --score 72 --stage stage1 --format csv
is "$status" 0 'a score'
is "$(value "$out" of 1 reached)" false 'is not reached yet'
to=$(value "$out" single "$(row "$out" single D10)" to)
with D10="$to" >"$tmp/reach.csv"
ok "D10=$to in the data reaches it" at_least "$(of total "$tmp/reach.csv")" 72
with D10=$((to - 10)) >"$tmp/short.csv"
ok 'a little less does not' below "$(of total "$tmp/short.csv")" 72
n=$(row "$out" short A1)
with A1="$(value "$out" short "$n" to)" >"$tmp/a1.csv"
is "$(of total "$tmp/a1.csv")" "$(value "$out" short "$n" score)" 'what does not reach it gets as far as is told'
ok 'and that is not enough' below "$(value "$out" short "$n" score)" 72

# ---- together ----
together() { # the changes as ID=VALUE
    printf '%s\n' "$1" | awk -F, '$1 == "together" && $3 == "name" { id = $4 } $1 == "together" && $3 == "to" { printf "%s=%s ", id, $4 }'
}
changes=$(together "$out")
with $changes >"$tmp/together.csv"
ok "together ($changes) they reach it" at_least "$(of total "$tmp/together.csv")" 72
ok 'and cost less than the one' below "$(value "$out" sum 1 cost)" "$(value "$out" single 1 cost)"
is "$(of total "$tmp/together.csv")" "$(value "$out" sum 1 score)" 'the score is that which is told'

# None can be smaller: the last digit less of the one that stands between its bounds does not reach it.
c1=$(printf '%s\n' $changes | sed -n 's/^C1=//p')
with $(printf '%s\n' $changes | sed "s/^C1=.*/C1=$(awk -v x="$c1" 'BEGIN { print x - 0.01 }')/") >"$tmp/less.csv"
ok 'none can be smaller' below "$(of total "$tmp/less.csv")" 72

# The cheapest by hand: by effect for cost, where effects do not depend on each other and are even up to a cap. Each
# figure's effect up to its best (`score` of the table `short`) and the cost there, best bargain first.
fixed=
for id in $(printf '%s\n' "$out" | awk -F, '$1 == "short" && $3 == "name" { id = $4 } $1 == "short" && $3 == "now" && ($4 == "" || $4 == 0) { print id }'); do
    fixed="$fixed --fix $id"
done
run "$ASSESS" goal "$rules" Shenzhen --score 78 --stage stage1 $fixed --format csv
now=$(of total "$cities")
best=$(printf '%s\n' "$out" | awk -F, -v now="$now" '
    $1 == "short" && $3 == "change" { change = $4 < 0 ? -$4 : $4 }
    $1 == "short" && $3 == "score" && change > 0 { printf "%.17g %.17g\n", ($4 - now) / change, change }' | sort -rg |
    awk -v need="$(awk -v n="$now" 'BEGIN { print 78 - n }')" '
    need > 0 { gain = $1 * $2; if (gain >= need) { cost += need / $1; need = 0 } else { cost += $2; need -= gain } }
    END { printf "%.6f\n", cost }')
got=$(value "$out" sum 1 cost)
ok "it costs what the best bargains do, $best, or hardly more" at_least "$(awk -v b="$best" 'BEGIN { print b * 1.01 }')" "$got" || diag "$got"
ok 'and no less than can be' at_least "$got" "$(awk -v b="$best" 'BEGIN { print b * 0.99 }')" || diag "$got"

# ---- limits ----
run "$ASSESS" goal "$rules" Shenzhen --score 72 --stage stage1 --fix C1 --fix 国际组织及分支机构数 --within D10=200..300 --format csv
case $(together "$out") in *C1=* | *E3=*) moved=1 ;; *) moved=0 ;; esac
is "$moved" 0 'what is fixed stays'
is "$(row "$out" single D10)" '' 'what may not move so far does not reach it'
d10=$(value "$out" short "$(row "$out" short D10)" to)
ok 'it goes as far as it may' at_least 300 "$d10"
run "$ASSESS" goal "$rules" Shenzhen --score 72 --stage stage1 --cost C1=100 --format csv
case $(together "$out") in *C1=*) moved=1 ;; *) moved=0 ;; esac
is "$moved" 0 'what is dear is left alone'

# ---- other goals ----
run "$ASSESS" goal "$rules" Shenzhen --rank 6 --stage stage1 --format csv
changes=$(together "$out")
with $changes >"$tmp/rank.csv"
ok 'a rank is reached in the data' at_least 6 "$(of rank "$tmp/rank.csv")"
run "$ASSESS" goal "$rules" Shenzhen --built --stage stage1 --format csv
with $(together "$out" | tr ' ' '\n' | grep -v '^E7=\|^C11=') >"$tmp/built.csv"
is "$status" 0 'the verdict'
contains "$out" 'together,1,' 'has a combination'
missing=$("$ASSESS" whatif "$rules" Shenzhen $(together "$out") --stage stage1 --format csv |
    awk -F, '$1 == "results" && $3 == "output" { n = $4 } $1 == "results" && $3 == "after" && n == "国际化城市基本建成" { print $4 }')
is "$missing" true 'with which it holds'
run "$ASSESS" goal "$rules" Shenzhen --score 60 --stage stage1 --format csv
is "$status" 0 'what is reached'
is "$(value "$out" of 1 reached)" true 'is told to be'
run "$ASSESS" goal "$rules" Shenzhen --score 101 --stage stage1 --format csv
is "$status" 0 'what cannot be'
like "$out" 'impossible,1,.*100' 'is told with how far all at their best get'
unit=$(awk -F, 'NR == 3 { print $1 }' samples/2011/units.csv)
run "$ASSESS" goal rules/2011-units.lua "$unit" --grade 优秀 --fix tasks.weight --fix tasks.target --format csv
is "$status" 0 'a grade'
grade=$("$ASSESS" whatif rules/2011-units.lua "$unit" $(together "$out") --format csv |
    awk -F, '$1 == "results" && $3 == "output" { n = $4 } $1 == "results" && $3 == "after" && n == "等次" { print $4 }')
is "$grade" 优秀 'is reached by what is told'

run "$ASSESS" goal "$rules" Shenzhen
contains "$err" 'what is the goal?' 'a goal is needed'
run "$ASSESS" goal "$rules" Shenzhen --rank 3 --score 80
contains "$err" 'one goal at a time' 'and one is enough'
run "$ASSESS" goal "$rules" Shenzhen --rank 300
is "$status" 2 'a rank beyond the last'
run "$ASSESS" goal rules/2011-units.lua "$unit" --grade 特优
contains "$err" '优秀' 'grades there are'
run "$ASSESS" goal "$rules" Shenzhen --score 72 --fix C77
contains "$err" "did you mean 'C7'?" 'a figure that is not there'
run "$ASSESS" goal "$rules" Shenzhen --score 72 --within C7=60..25
is "$status" 2 'bounds the wrong way round'
run "$ASSESS" goal "$rules" Shenzhen --score 72 --cost C7=0
is "$status" 2 'nothing is for nothing'
run "$ASSESS" goal rules/hdi.lua CHN --built
contains "$err" 'the rules have no verdict' 'rules without a verdict'

# ---- levers ----
run "$ASSESS" levers "$rules" Shenzhen --stage stage1 --format json
is "$status" 0 'levers'
cp "$tmp/.out" "$tmp/levers.json"
# The first five, one that is full, one by text: 1 % more, written into the data.
perl -MJSON::PP -e 'my $d = decode_json(do { local $/; <STDIN> });
    my @of = grep { defined $_->{value} && defined $_->{percent} } @{$d->{levers}};
    printf "%s %.17g %.17g\n", $_->{name}, $_->{value}, $_->{percent} for @of[0 .. 5], grep { $_->{percent} == 0 } @of;' \
    <"$tmp/levers.json" >"$tmp/some"
right=0 looked=0
while read -r id x effect; do
    with "$id=$(awk -v x="$x" 'BEGIN { printf "%.15g", x + (x < 0 ? -x : x) / 100 }')" >"$tmp/more.csv"
    grep -q 'is not there' "$tmp/more.csv" && continue
    looked=$((looked + 1))
    awk -v a="$(of total "$tmp/more.csv")" -v b="$now" -v e="$effect" 'BEGIN { d = a - b - e; exit !(d * d < (2e-3 * (e * e + 1e-12) ^ 0.5 + 1e-9) ^ 2) }' &&
        right=$((right + 1)) || diag "$id at $x: $effect told, $(of total "$tmp/more.csv") from $now"
done <"$tmp/some"
is "$right" "$looked" "$looked steps of 1 % do what is told"
ok 'those are enough' at_least "$looked" 6
ok 'they are in order' perl -MJSON::PP -e 'my $d = decode_json(do { local $/; <STDIN> });
    my @p = map { abs($_->{percent} // 0) } @{$d->{levers}}; exit !!grep { $p[$_] < $p[$_ + 1] } 0 .. $#p - 1' <"$tmp/levers.json"
std=$(perl -MJSON::PP -e 'my $d = decode_json(do { local $/; <STDIN> }); print((grep { $_->{name} eq "C7" } @{$d->{levers}})[0]{to_standard})' <"$tmp/levers.json")
with C7=47 >"$tmp/std.csv"
ok 'reaching a standard does what is told' awk -v a="$(of total "$tmp/std.csv")" -v b="$now" -v e="$std" 'BEGIN { d = a - b - e; exit !(d * d < 1e-16) }'

run "$ASSESS" levers "$rules" Shenzhen --leaves --stage stage1 --format csv
is "$status" 0 'leaves'
want=$("$ASSESS" "$rules" --set index.C.C7.standard.stage1=51.7 --output total --stage stage1 --format csv | awk -F, '$1 == "Shenzhen" { print $NF }')
more=$(printf '%s\n' "$out" | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $at["address"] == "index.C.C7.standard.stage1" { print $at["more"] }')
ok 'a tenth more of a standard does what is told' awk -v a="$want" -v b="$now" -v e="$more" 'BEGIN { d = a - b - e; exit !(d * d < 1e-16) }'
run "$ASSESS" levers "$rules" Shenzhen geometrc
contains "$err" "did you mean 'geometric'?" 'a result that is not there'
run "$ASSESS" levers "$rules" Shenzhen built
is "$status" 2 'a result that is no number'
run "$ASSESS" levers rules/hdi.lua CHN dimensions
contains "$err" 'more than one value for a unit' 'nor one of many'
for format in text json md csv; do
    run "$ASSESS" levers rules/hdi.lua CHN --format "$format" --width 80
    is "$status" 0 "as $format"
done
done_testing
