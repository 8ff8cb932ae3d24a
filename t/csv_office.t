#!/bin/sh
# CSV that a spreadsheet program opens: byte order mark, line ends, texts that would be formulas.
. t/tap.sh

cd "$tmp" || exit 1
mark=$(printf '\357\273\277')
cat >office.csv <<'CSV'
unit,indicator,value
=A1,gdp,0.1
＝A1,gdp,-2.5
+甲,gdp,1e-7
－乙,gdp,3
@c,gdp,4
＠d,gdp,5
-7,gdp,6
plain,gdp,0.30000000000000004
CSV
rules() { # TITLE
    cat <<LUA
return assessment { id = "o", title = "$1",
  data = { x = csv("office.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  compute = function(a) return { y = a.data.x } end }
LUA
}
rules Office >en.lua
rules 办公 >zh.lua

run "$ASSESS" en.lua --format csv --output y
is "$status" 0 "CSV is printed"
is "$out" "unit,indicator,y
'+甲,gdp,1e-7
-7,gdp,6
'=A1,gdp,0.1
'@c,gdp,4
plain,gdp,0.30000000000000004
'－乙,gdp,3
'＝A1,gdp,-2.5
'＠d,gdp,5" "texts that would be formulas are guarded, numbers are as they were"
plain=$out
run "$ASSESS" zh.lua --format csv --output y
is "$out" "$plain" "CSV that is printed has no mark, in Chinese neither"
run "$ASSESS" en.lua --format csv --output y --bom
is "$out" "$mark$plain" "--bom puts it in front"
run "$ASSESS" en.lua --format csv --output y --crlf
is "$(printf %s "$out" | tr -d '\r')" "$plain" "--crlf changes line ends only"
is "$("$ASSESS" en.lua --format csv --output y --crlf | tr -cd '\r' | wc -c | tr -d ' ')" 9 "of every line"
"$ASSESS" explain en.lua plain y --at indicator=gdp --format csv --bom --crlf >steps.csv
is "$(head -c 3 steps.csv)" "$mark" "other tables have the mark, too"
is "$(tr -cd '\n' <steps.csv | wc -c)" "$(tr -cd '\r' <steps.csv | wc -c)" "and the line ends"

first() { head -c 3 "$1"; }
run "$ASSESS" zh.lua -q -o zh
is "$(first zh/y.csv)" "$mark" "files of Chinese rules begin with a mark"
is "$(first zh/result.json | head -c 1)" "{" "JSON does not"
run "$ASSESS" zh.lua -q -o bare --no-bom
is "$(cat bare/y.csv)" "$plain" "--no-bom leaves it out"
run "$ASSESS" en.lua -q -o en
is "$(cat en/y.csv)" "$plain" "files of English rules have none"
run "$ASSESS" en.lua -q -o marked --bom
is "$(cat marked/y.csv)" "$mark$plain" "but with --bom"

# What was written is read again, mark and all.
sed 's/office.csv/zh\/y.csv/; s/value = "value"/value = "y"/' en.lua >again.lua
run "$ASSESS" again.lua --format csv --output y
is "$(printf '%s\n' "$out" | cut -d, -f3 | sort)" "$(printf '%s\n' "$plain" | cut -d, -f3 | sort)" "numbers come back as they were"

done_testing
