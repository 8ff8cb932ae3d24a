#!/bin/sh
# --seconds and --memory limit everything a command does, and end it with status 5 and one message. That the
# limit on memory holds is shown by a limit on address space far below what the command would take without
# it; that the limit on time holds, by an alarm far above it.
. "$(dirname "$0")/tap.sh"

cp -r "$root/rules/methods" "$tmp/methods"
cd "$tmp" || exit 1

# within SECONDS COMMAND...: the command is killed where it takes longer, whatever it catches.
within() { timeout -s KILL "$@"; }
# under KIB COMMAND...: with so much address space; sanitizers need more than there is.
under() {
    kib=$1
    shift
    (
        [ -n "$ASSESS_SAN" ] || ulimit -v "$kib"
        "$@"
    )
}
over() { # WHAT NAME: the last command went over this limit, said so in one line (the rules' line may follow it), and wrote nothing
    is "$status/$out" "5/" "$2: status 5 and no output" || diag "$err"
    is "$(printf '%s\n' "$err" | grep -c '^[^ ]')/$(printf '%s\n' "$err" | grep -c -- "--$1 raises the limit")" 1/1 "$2: the message names --$1" ||
        diag "$err"
}

many() { # NAME INDICATORS: rules over 3,000 units
    awk -v n="$2" 'BEGIN { srand(7); print "unit,indicator,value"
        for (u = 1; u <= 3000; u++) for (i = 1; i <= n; i++) printf "u%d,i%d,%.2f\n", u, i, 100 * rand() }' >"$1.csv"
    {
        echo 'local combine = require "methods.combine"'
        echo 'return assessment { id = "many", title = "Many", levels = { "indicator", "index" },'
        echo "  data = { x = csv(\"$1.csv\","' { unit = "unit", indicator = "indicator", value = "value" }) },'
        echo '  index = index { "all", "All",'
        awk -v n="$2" 'BEGIN { for (i = 1; i <= n; i++) printf "    indicator { \"i%d\", \"I%d\", weight = %d },\n", i, i, i % 5 + 1 }'
        echo '  },'
        echo '  params = { k = 3 }, outputs = { "total", "rank" }, show = { score = "total", rank = "rank" },'
        echo '  compute = function(a)'
        echo '    local x = a.data.x'
        echo '    local total = combine.weighted_mean((x - min(x, "unit")) / (max(x, "unit") - min(x, "unit")) * a.params.k, a.index)'
        echo '    return { total = total, rank = rank(total, "unit") }'
        echo '  end }'
    } >"$1.lua"
}
many many 40
sed 's/k = 3/k = 4/; s/% 5/% 4/' many.lua >other.lua
run "$ASSESS" many.lua --format csv
is "$status/$(printf '%s\n' "$out" | wc -l)" 0/3001 "rules with much data run" || diag "$err"

# ---- seconds ----
# Each of these takes longer, on any machine: reading 120,000 rows alone does.
for command in "run many.lua" "explain many.lua u5 --why-rank" "goal many.lua u5 --rank 3" "levers many.lua u5" \
    "diff many.lua other.lua --leaves" "whatif many.lua u5 i3=90"; do
    # shellcheck disable=SC2086
    run within 20 "$ASSESS" $command --seconds 0.001
    over seconds "$command"
done
# What makes a search quicker takes memory, but never so much that the command fails where it would not without.
ends=
for mib in 12 16 20 24 32; do
    run within 60 "$ASSESS" levers many.lua u5 --memory $mib
    ends="$ends$status"
done
like "$ends" '^5*0+$' "with more memory no command fails that ended well with less"

# The search itself, not the first evaluation: goal takes many seconds here, the rules a tenth of one, since ranks are
# computed anew for each value that is tried.
many search 160
sed -i 's/local x = a.data.x/local x = rank(a.data.x, "unit")/' search.lua
run within 20 "$ASSESS" goal search.lua u2900 --rank 3 --seconds 1
over seconds "a search"
run within 20 "$ASSESS" goal search.lua u2900 --rank 3 --seconds 1 -o goal.md --format md
is "$status/$(ls goal.md .*part 2>/dev/null)" 5/ "a command that was ended leaves no file"

cat >slow_test.lua <<'END'
test("slow", function(t) for i = 1, 3e7 do end t.near(t.run("many.lua").total, { u1 = 1.5 }, 9) end)
END
run within 30 "$ASSESS" test slow_test.lua
is "$status" 0 "a slow test passes without a limit" || diag "$out$err"
run within 30 "$ASSESS" mutate slow_test.lua --seconds 2
over seconds "mutate: the limit is not that of each test"
printf 'for i = 1, 200 do test("t" .. i, function(t) for k = 1, 1e7 do end t.ok(true) end) end\n' >long_test.lua
run within 30 "$ASSESS" test long_test.lua --seconds 1
is "$status/$(printf '%s\n' "$out" | grep -c '^1\.\.')" 5/0 "a test that was ended: finished tests are reported, without a plan"
contains "$err" "--seconds raises the limit" "the message names --seconds"

# What sits in a library's long call does not look at any clock.
{ echo 'unit,text'; awk 'BEGIN { printf "u1,"; for (i = 0; i < 8000; i++) printf "a"; print "" }'; } >text.csv
cat >text.lua <<'END'
return assessment { id = "text", title = "Text", data = { t = csv("text.csv", { rows = "unit", label = "unit" }) },
  compute = function(a) return { found = matches(a.data.t.text, "a+a+[bd]") } end }
END
run within 20 "$ASSESS" text.lua --seconds 0.5
over seconds "a pattern that takes for ever"

# Each turn of these loops moves megabytes, or the time goes in one instruction: the message has the line.
for body in 'local z = ("x"):rep(1e7)' 'local z = s:upper()' 'local z = tonumber(s, 36)' 'utf8.len(s)' 'local z = s .. "y"' \
    'local z = s + 0' 'local z = s == other' 'string.format("%q", s)'; do
    printf '\n\nlocal s, other = ("1"):rep(2e6), ("1"):rep(2e6) while true do %s end\n' "$body" >texts.lua
    run within 20 "$ASSESS" texts.lua --seconds 0.5
    over seconds "$body"
    contains "$err" "texts.lua:3:" "$body: the message has the line"
done

# What grew with the square of the number took minutes.
{ echo 'unit,indicator,value'; echo 'u1,a,1'; echo 'u2,a,2'; } >two.csv
rules() { # FIRST-LINE EXTRA RETURN
    printf '%s\nreturn assessment { id = "a", title = "A", %s index = index { "all", "All", indicator { "a", "A" } },\n' "$1" "$2"
    printf 'data = { x = csv("two.csv", { unit = "unit", indicator = "indicator", value = "value" }) },\n'
    printf 'compute = function(a) local x = a.data.x %s end }\n' "${3:-return { total = sum(x, \"indicator\") \}}" | tr -d '\\'
}
linear() { # NAME: the rules in big.lua come to their end
    run within 60 "$ASSESS" big.lua --seconds 40
    is "$status" "${2:-0}" "$1" || diag "$err"
}
rules 'local s = {} for i = 1, 100000 do s[i] = { "s" .. i } end' 'stages = s,' >big.lua
linear "100,000 stages"
rules 'local p = {} for i = 1, 100000 do p["p" .. i] = i end' 'params = p,' >big.lua
linear "100,000 parameters"
rules '' 'titles = { total = ("w"):rep(1000000) },' >big.lua
linear "a title of a megabyte"
rules '' '' 'local r = {} for i = 1, 50000 do r["o" .. i] = x + i end return r' >big.lua
run within 60 "$ASSESS" big.lua --seconds 40 --format json
is "$status" 0 "50,000 outputs" || diag "$err"
rules '' '' 'warn(x:gt(0), ("w"):rep(10000000)) return { total = sum(x, "indicator") }' >big.lua
linear "a warning of ten megabytes"
is "$(printf '%s' "$out$err" | wc -c | awk '{ print $1 < 20000 }')" 1 "is not shown in full"
printf 'local s = "%060000d" s.y.z = 1\n' 0 >big.lua
linear "an error on a line of 60 KB" 3
rules '' '' >base.lua
printf 'local t = {} for i = 1, 50000 do t[i] = add { "index", indicator { "n" .. i, "N" } } end return extend "base.lua" (t)\n' >big.lua
linear "50,000 additions"

mkfifo pipe.csv
sed 's/many.csv/pipe.csv/' many.lua >pipe.lua
run within 20 "$ASSESS" pipe.lua --seconds 0.5
over seconds "a pipe to which nobody writes"
cat many.csv >pipe.csv &
run within 60 "$ASSESS" pipe.lua --format csv
is "$status/$(printf '%s\n' "$out" | wc -l)" 0/3001 "a command whose output is read runs" || diag "$err"
wait
"$ASSESS" pipe.lua >pipe.out 2>pipe.err &
victim=$!
sleep 0.5
kill -TERM $victim
within 20 sh -c "while kill -0 $victim 2>/dev/null; do sleep 0.1; done"
wait $victim
is "$?" 143 "SIGTERM ends a command that waits for a reader"
contains "$(cat pipe.err)" "interrupted: nothing was written" "the message says that it was stopped"

# A reader may take his time: what is computed is written in full.
seq 40000 | sed 's/.*/u&,i1,1/; 1i unit,indicator,value' >long.csv
sed 's/many.csv/long.csv/' many.lua >long.lua
"$ASSESS" long.lua --format csv --output total --seconds 4 2>slow.err | { sleep 5; cat; } >slow.out
is "$(wc -l <slow.out)" 40001 "waiting for a reader does not count as time" || cat slow.err

# ---- memory ----
# Where a file or its table is too large, that is told with the size, before it is read.
printf 'return assessment { id = "large", title = "Large", data = { t = csv("large.csv", { rows = "row" }) }, compute = function(a) return { n = count(a.data.t["c" .. 1], "row") } end }\n' >large.lua
printf 'return assessment { id = "few", title = "Few", data = { t = csv("large.csv", { rows = "row" }) }, compute = function(a) return { n = count(a.data.t.c1, "row") } end }\n' >named.lua
truncate -s 200M large.csv
run under 150000 within 30 "$ASSESS" large.lua --memory 100
over memory "a file larger than the limit"
contains "$err" "large.csv, a file of 200 MiB: " "its size is told"
perl -e 'print join(",", map { "c$_" } 1 .. 300), "\n"; print "1," x 299, "1\n" for 1 .. 20000' >large.csv
run within 30 "$ASSESS" large.lua --memory 40 --format csv
is "$status/$out" "0/n
20000" "a count takes one row after the other" || diag "$err"
# What shows rows keeps them.
run within 30 "$ASSESS" plot large.lua ranking --memory 40
over memory "a table larger than the limit"
contains "$err" "large.csv, 20000 lines in 300 columns of 45 MiB: " "its size is told"
run within 30 "$ASSESS" named.lua --memory 16 --format csv
is "$status/$out" "0/n
20000" "a column of it that is named fits: neither the others nor the file are kept" || diag "$err"
rm large.csv
cat >zero.lua <<'END'
return assessment { id = "zero", title = "Zero",
  data = { x = csv("/dev/zero", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All", indicator { "a", "A" } },
  compute = function(a) return { total = mean(a.data.x, "indicator") } end }
END
run under 200000 within 30 "$ASSESS" zero.lua --allow /dev --memory 64
over memory "a file without end"
printf 'test("a", function(t) for i = 1, 1e9 do t.run("few.lua", { x = { a = i, b = 1 } }) end end)\n' >kept_test.lua
cat >few.lua <<'END'
return assessment { id = "few", title = "Few",
  data = { x = csv("few.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All", indicator { "a", "A" }, indicator { "b", "B" } },
  compute = function(a) return { total = mean(a.data.x, "indicator") } end }
END
printf 'unit,indicator,value\nu1,a,1\nu1,b,2\n' >few.csv
run under 200000 within 60 "$ASSESS" test kept_test.lua --memory 64
is "$status" 5 "a test over the limit of memory is ended"
contains "$err" "kept_test.lua:1: the command needs more than the 64 MiB of memory it may take — --memory raises the limit" "the message has its place"
for command in "run many.lua" "explain many.lua u5" "goal many.lua u5 --rank 3" "levers many.lua u5" "diff many.lua other.lua"; do
    # shellcheck disable=SC2086
    run under 200000 within 30 "$ASSESS" $command --memory 2
    over memory "$command"
done
# What libraries take of their own is counted before they do.
run under 250000 within 30 "$ASSESS" report many.lua --memory 60 -q -o many.xlsx
over memory "the cells of a workbook"
run under 250000 within 30 "$ASSESS" template many.lua --memory 50 -o form.xlsx
over memory "the cells of a form"
awk 'BEGIN { print "unit,indicator,value"; for (u = 1; u <= 600; u++) printf "u%d,a,%d\nu%d,b,%d\n", u, u, u, u % 7 }' >few.csv
run "$ASSESS" plot few.lua ranking --all -o few.svg
svg=$(wc -c <few.svg)
run under 300000 within 30 "$ASSESS" plot few.lua ranking --all --memory 6 -o few.png
over memory "a drawing of $svg bytes as pixels"
is "$(ls many.xlsx form.xlsx few.png 2>/dev/null)" "" "and no file is made"
run "$ASSESS" many.lua --memory 2 -o made
is "$status/$(ls made 2>/dev/null)" 5/ "no folder is made"
if [ -z "$ASSESS_SAN" ]; then
    run under 60000 within 30 "$ASSESS" zero.lua --allow /dev --threads 1
    is "$status/$out" 5/ "a system without memory: status 5"
    is "$err" "assess: out of memory" "the message says that there is no memory"
fi

# ---- one heap ----
# An allocation that does not go through base/mem is neither counted nor marked when it fails.
cd "$root" || exit 1
is "$(grep -rnE '(^|[^[:alnum:]_.>])(malloc|calloc|realloc|free|aligned_alloc|posix_memalign|strn?dup|v?asprintf|getline|getdelim|open_memstream|reallocarray) ?\(' \
    src --include='*.c' --include='*.h' | grep -v '^src/base/mem\.c:')" "" "only base/mem calls the C library's heap"
done_testing
