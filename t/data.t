#!/bin/sh
# CSV files as people save them: encodings, line ends, separators, long and wide forms; and the messages for
# faults in them.
. "$(dirname "$0")/tap.sh"
unset NO_COLOR COLUMNS
cd "$tmp" || exit 1

index='index = index { "all", "All", indicator { "gdp", "人均" }, indicator { "air", "颗粒物", weight = 2 } },'
cat >long.lua <<LUA
return assessment { id = "long", title = "城市",
  data = { x = csv("long.csv", { unit = "城市", indicator = "指标", year = "年份", value = "数值", carry = { "备注" } }) },
  $index
  compute = function(a)
    local value, year = a.data.x:upto { year = 2012 }
    return { value = value, weighted = mean(value, "indicator", { weights = a.index.weight }),
             note = a.data.x:carried("备注"):at { year = year } }
  end }
LUA
sed 's/id = "long"/id = "wide"/; s/csv(.*)/csv("wide.csv", { unit = "城市", year = "年份", carry = { "备注" } })/; s/note = .*}$/note = a.data.x:carried("备注"):at { year = 2011 } }/' \
    long.lua >wide.lua
cat >long.csv <<'CSV'
城市,指标,年份,数值,备注
深圳,gdp,2011,110421,"初步
核算, ""快报"""
深圳,air,2011,57,年鉴
深圳,air,2010,61,
香港,gdp,2011,..,
CSV
cat >wide.csv <<'CSV'
城市,年份,gdp,air,备注
深圳,2011,110421,57,"初步
核算, ""快报"""
深圳,2010,,61,
香港,2011,..,,
CSV
values='unit,indicator,value
深圳,gdp,110421
深圳,air,57
香港,gdp,
香港,air,'

# same NAME RULES FILE: the file gives the values; the report's word on its encoding is in $encoding.
same() {
    run "$ASSESS" "$2" --data "x=$3" --format csv --output value
    is "$status/$out" "0/$values" "$1" || diag "$err"
    warning=$err
    encoding=$("$ASSESS" "$2" --data "x=$3" --width 200 2>/dev/null | sed -n 's/.*2010–2011 年，//p')
}

for form in long wide; do
    same "$form, as it is" $form.lua $form.csv
    is "$encoding/$warning" "UTF-8/" "UTF-8 is read without a warning"
    { printf '\357\273\277' && cat $form.csv; } >bom.csv
    same "$form, with a mark" $form.lua bom.csv
    is "$encoding/$warning" "UTF-8（带 BOM）/" "a byte order mark is reported, and nothing is assumed"
    iconv -f utf-8 -t gbk $form.csv >gbk.csv
    same "$form, GBK as Excel saves it" $form.lua gbk.csv
    is "$encoding" "GB18030（推定）" "bytes that are not UTF-8 are assumed to be GB18030"
    contains "$warning" "gbk.csv:1: warning: not UTF-8; the file is read as GB18030" "a warning says that GB18030 is assumed"
    for end in le be; do
        upper=$(printf %s $end | tr a-z A-Z)
        iconv -f utf-8 -t utf-16$end $form.csv >plain.csv
        same "$form, UTF-16$upper without a mark" $form.lua plain.csv
        is "$encoding" "UTF-16${upper}（推定）" "UTF-16 without a byte order mark is assumed"
        { printf '\357\273\277' && cat $form.csv; } | iconv -f utf-8 -t utf-16$end >marked.csv
        same "$form, UTF-16$upper with one" $form.lua marked.csv
        is "$encoding/$warning" "UTF-16${upper}（带 BOM）/" "UTF-16 is known from its byte order mark"
    done
    sed 's/$/\r/' $form.csv >crlf.csv
    same "$form, lines ending in CRLF" $form.lua crlf.csv
    tr '\n' '\r' <$form.csv >cr.csv
    same "$form, lines ending in CR" $form.lua cr.csv
    sed '/^核/!s/,/;/g' $form.csv >semicolons.csv
    same "$form, semicolons" $form.lua semicolons.csv
    sed '/^核/!s/,/\t/g' $form.csv | sed 's/$/\r/' | iconv -f utf-8 -t gbk >tabs.csv
    same "$form, tabs, CRLF and GBK at once" $form.lua tabs.csv
    run "$ASSESS" $form.lua --data x=tabs.csv --encoding gbk
    is "$status/$err" "0/" "with --encoding there is no warning"
    run "$ASSESS" $form.lua --data x=gbk.csv --encoding utf-8
    is "$status/$out" "4/" "with another --encoding the file is refused"
done
run "$ASSESS" long.lua --format csv --output note
is "$out" 'unit,indicator,note
深圳,gdp,"初步
核算, ""快报"""
深圳,air,年鉴
香港,gdp,
香港,air,' "line ends, commas and quotes inside of quotes come through"

# ---- all faults of a file in one run, in its order: those of rows, of cells and of keys

cat >faults.csv <<'CSV'
城市,指标,年份,数值,备注
深圳,gdp,2011,110421,
深圳,gpd,2011,1,
香港,gdp,2011,3
香港,gdp,20x1,4,
深圳,gdp,2011,5,
香港,air,2011,"1,234",
香港,air,2010,12%,
香港,aer,2010,３,
,air,2010,6,
香港,gdp,2011,7,,
CSV
run "$ASSESS" long.lua --data x=faults.csv
is "$status/$out" "4/" "many faults: status 4, nothing on standard output"
is "$(printf '%s\n' "$err" | sed 's/ — .*//')" "faults.csv:3:指标: no indicator 'gpd' in the index
faults.csv:4:备注: 4 fields, where the header has 5
faults.csv:5:年份: '20x1' is not a number: something stands behind the number
faults.csv:6:城市: 深圳, gdp, 2011 stands on line 2 already
faults.csv:7:数值: '1,234' is not a number: it has thousands separators
faults.csv:8:数值: '12%' is not a number: it is a percentage
faults.csv:9:数值: '３' is not a number: it is written in full-width characters
faults.csv:9:指标: no indicator 'aer' in the index
faults.csv:10:城市: the row names no unit
faults.csv:11:备注: 6 fields, where the header has 5" "each with file, line and column"
contains "$err" "did you mean 'gdp'?" "the nearest indicator is suggested"
contains "$err" "did you mean 'air'?" "another nearest indicator is suggested"

cat >faults.csv <<'CSV'
城市,年份,gdp,aer,备注
深圳,2011,1,57,
深圳,2011,2,58,
香港,2011,x,58
香港,2010,y,58,
CSV
run "$ASSESS" wide.lua --data x=faults.csv
is "$(printf '%s\n' "$err" | sed 's/ — .*//')" "faults.csv:1:aer: no indicator 'aer' in the index
faults.csv:3:城市: 深圳, 2011 stands on line 2 already
faults.csv:4:备注: 4 fields, where the header has 5
faults.csv:5:gdp: 'y' is not a number: it is none of the forms a number has" "the same in the wide form"

{ head -1 long.csv; i=0; while [ $i -lt 30 ]; do echo "深圳,gdp,$((1980 + i)),x,"; i=$((i + 1)); done; } >faults.csv
run "$ASSESS" long.lua --data x=faults.csv
is "$(printf '%s\n' "$err" | grep -c "is not a number")" 3 "of thirty faults of a kind three are listed"
contains "$err" "and 27 more like this in the column" "the others of the kind are counted"
# Thirty columns, each with a fault: twenty are listed.
{
    printf '城市,年份'; for i in $(seq 1 30); do printf ',c%d' "$i"; done; echo
    printf '深圳,2011'; for i in $(seq 1 30); do printf ',x'; done; echo
} >faults.csv
cat >thirty.lua <<'LUA'
local each = {}
for i = 1, 30 do each[i] = indicator { "c" .. i, "c" .. i } end
return assessment { id = "thirty", title = "Thirty", data = { x = csv("faults.csv", { unit = "城市", year = "年份" }) },
  index = index { "all", "All", table.unpack(each) }, compute = function(a) return { v = a.data.x } end }
LUA
run "$ASSESS" thirty.lua
is "$(printf '%s\n' "$err" | grep -c "is not a number")" 20 "of thirty faults in as many columns twenty are listed"
contains "$err" "10 more" "the others of many columns are counted"

printf '城市,指标,年份,数值,城市\n深圳,gdp,2011,1,x\n' >faults.csv
run "$ASSESS" long.lua --data x=faults.csv
contains "$err" "faults.csv:1:城市: columns 1 and 5 have the same name" "a heading given twice is a fault"
contains "$err" "faults.csv:1: no column '备注'" "a heading that is not there is a fault in the same run"
printf '城市,指标,年份,数值,备注\n深圳,gdp,2011,1,x\n深圳,air,2011,"2,x\n' >faults.csv
run "$ASSESS" long.lua --data x=faults.csv
contains "$err" "faults.csv:3:数值: " "an open quote is reported where it opens"

printf '城市,指标,年份,数值,备注\n深圳,gdp,2011,1,x\n深圳 ,gdp,2010,2,x\n' >faults.csv
run "$ASSESS" long.lua --data x=faults.csv
is "$err" "faults.csv:3:城市: a space stands before or behind '深圳 ' — remove it, or let trim = true do so" "a key followed by a space is a fault"
# A hundred of one kind do not hide the others.
{
    echo '城市,指标,年份,数值,备注'
    for i in $(seq 1 100); do echo "深圳,gdp,$((1900 + i)),\"1,$((100 + i))\",x"; done
    echo '深圳,air,2011,12%,x'
    echo '深圳,gdp,201l,1,x'
} >faults.csv
run "$ASSESS" long.lua --data x=faults.csv
is "$(printf '%s\n' "$err" | grep -c '')" 5 "three faults of one kind are listed, and one of each other"
contains "$err" "faults.csv:4:数值: '1,103' is not a number: it has thousands separators (and 97 more like this in the column)" \
    "the third of a kind says how many more there are"
contains "$err" "faults.csv:102:数值: '12%' is not a number" "a fault of another kind in the same column is listed"
contains "$err" "faults.csv:103:年份: '201l' is not a number" "a fault in another column is listed"
printf '城市,指标,年份,数值,备注\n深圳,gdp,2011,1\000,x\n' >faults.csv
run "$ASSESS" long.lua --data x=faults.csv
is "$status" 4 "a NUL byte: status 4"
contains "$err" "faults.csv:2: a NUL byte" "a NUL byte is not taken for UTF-16"

# ---- what the command line asks of rules and data

run "$ASSESS" long.lua --set index.gdp.weight=3 --format csv --output weighted
is "$out" "unit,weighted
深圳,66275.4
香港," "a weight that is not given can be set"
run "$ASSESS" long.lua --set index.gdp.wieght=3
is "$status" 2 "setting an unknown leaf is refused"
contains "$err" "did you mean 'index.gdp.weight'?" "the nearest leaf is suggested"
run "$ASSESS" long.lua --where 备注=年鑑
is "$status/$out" "2/" "--where with a value that no row has: status 2"
contains "$err" "no row of the data has 备注 '年鑑' — did you mean '年鉴'?" "the nearest value is suggested"
run "$ASSESS" "$root/rules/2011.lua" --where status=pub
contains "$err" "no row of the data has status 'pub' — did you mean 'public'?" "a value that begins so is suggested"
run "$ASSESS" "$root/rules/2011.lua" --where status=none
contains "$err" "there are 'public', 'illustrative', 'recalled'" "a few values are all listed"
run "$ASSESS" long.lua --where 备住=年鉴
contains "$err" "no data carries a column '备住' — did you mean '备注'?" "an unknown column: the nearest is suggested"

run "$ASSESS" long.lua --format json
contains "$out" "$(sha256sum <long.csv | cut -d' ' -f1)" "JSON has the hash of the data"

# ---- files that are no tables, and names that are wrong

not_a_table() { # BYTES WHAT
    printf "$1" >odd.csv
    run "$ASSESS" long.lua --data x=odd.csv
    is "$status" 4 "$2: status 4"
    contains "$err" "odd.csv: this is $2" "the message says: this is $2"
    contains "$err" "save the sheet as CSV" "the message says what to do"
}
not_a_table 'PK\003\004\024' "a workbook (xlsx)"
not_a_table '<!DOCTYPE html>\n' "a web page"
not_a_table '%%PDF-1.7\n' "a PDF"
sed 's/"long.csv"/"lomg.csv"/' long.lua >misnamed.lua
run "$ASSESS" misnamed.lua
is "$status" 4 "a data file that is not there: status 4"
contains "$err" "lomg.csv: cannot be read: No such file or directory — did you mean 'long.csv'?" "the nearest file is suggested"
cat >infinite.lua <<'LUA'
return assessment { id = "i", title = "I",
  data = { x = csv("long.csv", { unit = "城市", indicator = "指标", year = "年份", value = "数值" }) },
  compute = function(a) return { y = 5 / 0 } end }
LUA
run "$ASSESS" infinite.lua
like "$status/$err" "^3/infinite.lua:3:34: the output 'y' is infinite" "an infinite output has the line of its rule"

# ---- all faults of a rule file in one run, in its order

cat >rules.lua <<'LUA'
return assessment { id = "x", titel = "X",
  data = { x = csv("long.csv", { unit = "城市", indicator = "指标", year = "年份", value = "数值" }) },
  index = index { "all", "All",
    group { "A", "One",
      indicator { "a", "First", wieght = 2 },
      indicator { "b", "Second", weight = "2" },
    },
    group { "B", "Two", weight = -1,
      indicator { "a", "First again", better = "up" },
      indicator { "c" },
    },
  },
  compute = 1,
}
LUA
run "$ASSESS" rules.lua
is "$status/$out" "3/" "many faults of rules: status 3, nothing on standard output"
is "$(printf '%s\n' "$err" | grep '^rules.lua' | sed 's/ — .*//')" "rules.lua:1:31: assessment has no key \`titel\`
rules.lua:5:33: indicator 'a' has no key \`wieght\`
rules.lua:6:34: index.A.b.weight is a text, not a number
rules.lua:8:25: index.B.weight is -1; a weight is not negative
rules.lua:9:20: the id 'a' is given twice, first at rules.lua:5
rules.lua:9:49: index.B.a.better is 'up', not \"higher\", \"lower\" or \"target\"
rules.lua:10:20: indicator 'c' has no name
rules.lua:13:3: \`compute\` is a number, not a function" "each with line and column, in their order"

# ---- headers of two lines, and the options that a message names

printf 'city,Economy,,Society\n,GDP,Growth,Doctors\nA,1,2,3\nB,2,3,4\n' >two.csv
cat >two.lua <<'LUA'
return assessment { id = "two", title = "Two lines",
  data = { x = csv("two.csv", { unit = "city" }) },
  index = index { "all", "All", indicator { "gdp", "GDP", column = "Economy GDP" },
                  indicator { "growth", "Growth", column = "Economy Growth" },
                  indicator { "doctors", "Doctors", column = "Society Doctors" } },
  compute = function(a) return { value = a.data.x } end }
LUA
run "$ASSESS" two.lua
is "$status" 4 "a header of two lines, read as one"
is "$(printf '%s\n' "$err" | grep -c 'the header seems to be in lines 1 and 2: header = { 1, 2 }$')" 3 "the messages name the option"
sed 's/unit = "city"/&, header = { 1, 2 }/' two.lua >both.lua
run "$ASSESS" both.lua --format csv
is "$status/$(printf '%s\n' "$out" | grep -c .)" "0/7" "which reads it"
sed 's/unit = "city"/unit = "city", indicator = "item", value = "Society Doctors"/' two.lua >named.lua
run "$ASSESS" named.lua
contains "$err" "two.csv:1: no column 'item' — the header seems to be in lines 1 and 2: header = { 1, 2 }" "a column that is not there"
printf 'city,GDP,Doctors\nname,CNY,per 1000\nA,1,2\nB,2,3\n' >measures.csv
sed 's/two.csv/measures.csv/; s/, column = "[^"]*"//; s/"gdp"/"GDP"/; s/"doctors"/"Doctors"/; /"growth"/d' two.lua >measures.lua
run "$ASSESS" measures.lua
contains "$err" "measures.csv:2:GDP: 'CNY' is not a number: it is none of the forms a number has — the header seems to be in lines 1 and 2: header = { 1, 2 }" \
    "a line of units of measure"
printf 'city,gdp,the share\nA,"1,200",5%%\n' >written.csv
cat >written.lua <<'LUA'
return assessment { id = "w", title = "W", data = { x = csv("written.csv", { unit = "city" }) },
  index = index { "all", "All", indicator { "gdp", "GDP" }, indicator { "share", "Share", column = "the share" } },
  compute = function(a) return { value = a.data.x } end }
LUA
run "$ASSESS" written.lua
contains "$err" "(the unit \",\"): numbers = { gdp = \",\" }" "commas between thousands: the option is spelled out"
contains "$err" "or declare the unit %: numbers = { [\"the share\"] = \"%\" }" "so is a percentage's"

# A test's rows name an indicator that has a column by its id, or by the column.
cat >written_test.lua <<'LUA'
cases("by id", { rules = "written.lua", output = "value", { share = 5, want = 5 }, { gdp = 2, want = 2 } })
cases("by column", { rules = "written.lua", output = "value", { ["the share"] = 5, want = 5 } })
LUA
run "$ASSESS" test written_test.lua
is "$status" 0 "rows of cases name columns either way" || diag "$out"

# Of a long table, columns that the rules do not name are not read, until they are used after all.
{
    echo 'entry,mark,note,share_2011,share_2012,'
    awk 'BEGIN { for (i = 1; i <= 130000; i++) printf "r%d,%d,note %d,%d.5,%s,\n", i, i % 7, i % 9, i % 11, i == 120000 ? "none" : i % 3 }'
} >tall.csv
cat >tall.lua <<'LUA'
return assessment { id = "tall", title = "Tall", data = { t = csv("tall.csv", { rows = "row" }) },
  compute = function(a)
    local t = a.data.t
    return { mark = sum(t.mark, "row"), share = params and sum(t["share_" .. 2011], "row"),
             late = params and count(t["share_" .. 2012], "row") }
  end }
LUA
sed 's/params and [^,}]*, "row")[,]*//g; s/share = *//; s/late = *//' tall.lua >mark.lua
sed 's/params and //g' tall.lua >put_together.lua
run "$ASSESS" mark.lua
contains "$out" "130000 rows, 130000 values, 4 columns not read, UTF-8" "columns that are not named are not read" || diag "$err"
contains "$out" "389997" "those that are, are"
run "$ASSESS" put_together.lua --format csv --output mark --output share
is "$status/$out" "0/mark,share
389997,714993" "names that are put together are found" || diag "$err"
run "$ASSESS" put_together.lua --threads 1
contains "$out" "130000 rows, 650000 values, UTF-8" "then the others are read, too"
run "$ASSESS" check mark.lua
contains "$out" "no result depends on the columns entry, note, share_2011, share_2012" "check reads all" || diag "$err"
awk 'NR == 100000 { print "r,1" } { print }' tall.csv >ragged.csv
sed 's/tall.csv/ragged.csv/' mark.lua >ragged.lua
run "$ASSESS" ragged.lua
contains "$err" "ragged.csv:100000:note: 2 fields, where the header has 6" "a short line is refused, whatever is read of it"

# A head without rows: there is no unit, and an axis without labels is no fault of the rules.
printf 'unit,k,year,v\n' > bare.csv
cat > bare.lua <<'LUA'
return assessment { id = "b", title = "bare",
  data = { x = csv("bare.csv", { unit = "unit", indicator = "k", year = "year", value = "v" }) },
  compute = function(a) return { total = sum(a.data.x:upto { year = 2011 }, "indicator") } end }
LUA
run "$ASSESS" bare.lua --format csv --output total
is "$status/$out/$err" "0/unit,total/" "data without rows has no last year"

# A row for each figure, and no column that is said to hold it.
printf 'unit,k,value\nU,a,1\n' > figures.csv
cat > figures.lua <<'LUA'
return assessment { id = "f", title = "figures", index = index { "all", "All", indicator { "a", "A" } },
  data = { x = csv("figures.csv", { unit = "unit", indicator = "k" }) },
  compute = function(a) return { total = sum(a.data.x, "indicator") } end }
LUA
run "$ASSESS" figures.lua
contains "$status/$err" "3/figures.lua:2:16: 'x' has a row for each figure, and no column that holds it" "no column of figures is refused"

# What is only found when no function of the rules runs has a line, too.
sed 's/id = "f",/id = "f", units = { "U", "V", "U" },/; s/indicator = "k"/indicator = "k", value = "value"/' figures.lua >twice.lua
run "$ASSESS" twice.lua
contains "$status/$err" "3/twice.lua:1:31: axis 'unit' has the label 'U' twice" "a unit that is listed twice"
sed 's/return { total = .* end }/return { total = "a\\0b" } end }/; s/indicator = "k"/indicator = "k", value = "value"/' figures.lua >nul.lua
run "$ASSESS" nul.lua
contains "$status/$err" "3/nul.lua:3:3: the output 'total' is a text with a NUL byte in it" "and an output that cannot be shown"

# Other names of units in a file.
printf 'city,gdp\nPeking,5\nCanton,3\nTokyo,4\n' >cities.csv
cat >cities.lua <<'LUA'
return assessment { id = "c", title = "Cities",
  data = { x = csv("cities.csv", { unit = "city", alias = { unit = "names.csv" } }) },
  index = index { "all", "All", indicator { "gdp", "GDP" } },
  compute = function(a) return { value = a.data.x } end }
LUA
named() { printf "$1" >names.csv; run "$ASSESS" cities.lua --format csv --output value; }
named 'alias,name\nPeking,Beijing\nCanton,Guangzhou\n,Nobody\nOslo,Christiania\n'
is "$status/$out" "0/unit,indicator,value
Beijing,gdp,5
Guangzhou,gdp,3
Tokyo,gdp,4" "a file says which names stand for others" || diag "$err"
named 'alias\nPeking\n'
is "$status/$err" "4/names.csv:1: a file of names has two columns: an alias, and the name — alias,name" "with one column it is refused"
named 'alias,name\nPeking,\n'
is "$status/$err" "4/names.csv:2:name: 'Peking' stands for nothing" "and so is a name that stands for nothing"
named 'alias,name\nPeking,Tokyo\n'
contains "$status/$err" "4/cities.csv:4" "two units that become one are refused"
done_testing
