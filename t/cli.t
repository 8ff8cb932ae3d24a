#!/bin/sh
# The command line: options, common mistakes in typing, and the exit status of every outcome.
. "$(dirname "$0")/tap.sh"
unset NO_COLOR COLUMNS
cd "$tmp" || exit 1

cat >towns.csv <<'END'
unit,indicator,value,status
Donglin,gdp,310,final
Donglin,air,35,flash
Shahe,gdp,280,final
Shahe,air,61,final
Nangang,gdp,190,final
END
rules() { # FORMULAS: a rule file around them
    cat <<END
return assessment {
  id = "towns", title = "Three towns",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value", carry = { "status" } }) },
  params = { base = 100 },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 3 },
    indicator { "air", "Particles", weight = 1 },
  },
  compute = function(a)
    $1
  end,
}
END
}
rules 'local score = mean(a.data.x, "indicator") + a.params.base - 100
    return { score = score, rank = rank(score, "unit"), x = a.data.x }' >towns.lua

# wrong ARGUMENT... -- TEXT...: status 2, nothing on standard output, and each text in the message.
wrong() {
    name=assess
    texts=
    behind=
    left=$#
    while [ $left -gt 0 ]; do # each word goes to the end of the list, or into the texts
        word=$1
        shift
        left=$((left - 1))
        if [ "$behind" ]; then
            texts="$texts$word$tap_newline"
        elif [ "$word" = -- ]; then
            behind=1
        else
            name="$name $word"
            set -- "$@" "$word"
        fi
    done
    run "$ASSESS" "$@"
    is "$status/$out" "2/" "$name: status 2, nothing on standard output"
    printf '%s' "$texts" >texts
    while IFS= read -r text; do
        contains "$err" "$text" "$name: says: $text"
    done <texts
}

# ---- what works

run "$ASSESS" towns.lua
is "$status/$err" "0/" "a rule file alone is assessed, without a word on standard error"
contains "$out" "Three towns" "the report has the title of the rules"
plain=$out
run "$ASSESS" run towns.lua
is "$status/$out" "0/$plain" "'run' before the rule file gives the same"
run "$ASSESS" --width=80 --quiet --format text -- towns.lua
is "$status/$out" "0/$plain" "options before the operand, with = and after --, give the same"
run "$ASSESS" towns.lua --quiet
is "$status/$out$err" "0/" "--quiet prints nothing"
run "$ASSESS" --version
is "$status/$out" "0/assess $(sed -n 's/^#define ASSESS_VERSION "\(.*\)"/\1/p' "$root/src/assess.h")" "--version prints the version"
run "$ASSESS" help
is "$status/$err" "0/" "help is a command"
for option in set where data format output output-dir stage at focus top all encoding threads seconds memory \
    script-memory source methods strict color width quiet version help; do
    like "$out" "^  .*--$option( |$)" "help explains --$option"
    grep -Eq "(Fl |Fl . , Fl )-?-$option\b" "$root/doc/assess.1" || missing="$missing $option"
done
is "$missing" "" "the man page has all options"
is "$("$ASSESS" -h)" "$out" "-h prints the same help"
is "$("$ASSESS" help --lang en)" "$out" "help in a language prints the same"
overview=$out
run "$ASSESS" run --help
lacks "$out" "assess diff" "run has help of its own"
for option in set where data format output output-dir stage at focus top all encoding threads seconds memory \
    script-memory source methods strict color width quiet version help; do
    like "$out" "^  .*--$option( |$)" "the help of run explains --$option"
done
is "$("$ASSESS" help run)" "$out" "help run prints the same"
lacks "$overview" "$out" "help run does not list the commands"

# ---- wrong usage

wrong -- "which rules?" "assess rules/2011.lua"
wrong towns.lau -- "towns.lau: no such file" "did you mean 'towns.lua'?"
wrong nowhere/towns.lua -- "no such file" "there is no folder 'nowhere/'"
wrong . -- "a folder, not a file"
wrong towns.csv -- "towns.csv: data, not rules" "--data NAME=FILE"
wrong rnu towns.lua -- "no command 'rnu'" "did you mean 'run'?"
wrong merge -- "which parts?" "assess help merge"
wrong merge part.1 -- "part.1: no such file"
wrong merge towns.csv --set params.base=1 -- "--set has no meaning for this command"
wrong vary towns.lua --shard 5/4 -o part.5 -- "--shard 5/4: must be I/N"
wrong vary towns.lua --shard 1/4 -- "to the file of -o"
wrong help rum -- "no command 'rum'" "did you mean 'run'?"
wrong towns.lua --sett a=1 -- "no option '--sett'" "did you mean '--set'?"
wrong towns.lua -set a=1 -- "did you mean '--set'?"
wrong towns.lua -x -- "no option '-x'"
wrong towns.lua --set params.base -- "must be --set ADDRESS=VALUE"
wrong towns.lua --set =1 -- "must be --set ADDRESS=VALUE"
wrong towns.lua --set -- "--set needs a value: --set ADDRESS=VALUE"
wrong towns.lua --set --strict -- "--set needs a value"
wrong towns.lua params.base=1 -- "one rule file at a time" "--set ADDRESS=VALUE"
wrong towns.lua --strict=1 -- "--strict takes no value"
wrong towns.lua --format cvs -- "text, csv, json" "did you mean 'csv'?"
wrong towns.lua --color allways -- "auto, always, never" "did you mean 'always'?"
wrong towns.lua --width 5 -- "between 20 and 1000"
wrong towns.lua --top none -- "--top none: must be a number"
wrong towns.lua --threads 1.5 -- "must be a whole number"
wrong towns.lua --threads 99999999999999999999 -- "must be between 0 and"
wrong towns.lua --seconds -1 -- "--seconds -1: must be between 0"
wrong towns.lua --encoding klingon -- "klingon"
wrong towns.lua --data x=town.csv -- "--data town.csv: no such file" "did you mean 'towns.csv'?"
wrong towns.lua --data x -- "must be --data NAME=FILE"
wrong towns.lua --data y=towns.csv -- "'y'"
wrong towns.lua --data x=- --data y=- -- "once only"
wrong towns.lua --set params.bass=1 -- "params.bass" "did you mean 'params.base'?"
wrong towns.lua --set params.base=lots -- "lots"
wrong towns.lua --output scor -- "no result 'scor'" "did you mean 'score'?"
wrong towns.lua --output zzzzzz -- "no result 'zzzzzz'" "the rules compute"
wrong towns.lua --format csv --output x --output score -- "different axes" "-o DIR"
wrong towns.lua --focus Shahee -- "no unit 'Shahee'" "did you mean 'Shahe'?"
wrong towns.lua --stage first -- "no result has an axis 'stage'"
wrong towns.lua --at indicator=gpd -- "no indicator 'gpd'" "did you mean 'gdp'?"
run "$ASSESS" towns.lua -- --set
is "$status" 2 "an option after -- is an operand"
contains "$err" "options stand before '--'" "the message says that options stand before --"
wrong towns.lua --sett a=1 --widht 80 -- "'--sett'" "'--widht'"
lacks "$err" "comes after" "the value of an option that is not known is no further mistake"
wrong towns.lua - -- "one rule file at a time: '-'"
lacks "$err" "stand before" "a single - is no option"

# ---- the rules, the data, limits

rules 'return { score = 1 +/ 2 }' >syntax.lua
run "$ASSESS" syntax.lua
is "$status/$out" "3/" "a syntax error: status 3, nothing on standard output"
like "$err" "^syntax\.lua:10(:[0-9]+)?: " "a syntax error has file and line"
contains "$err" "return { score = 1 +/ 2 }" "a syntax error shows the line"

rules 'return { score = meen(a.data.x, "indicator") }' >name.lua
run "$ASSESS" name.lua
is "$status" 3 "an undefined name: status 3"
like "$err" "^name\.lua:10:22: .*meen.*did you mean 'mean'\?" "an undefined name has line, column and the nearest name"
like "$err" '^ {25}\^$' "a caret stands under an undefined name"

rules 'return { score = mean(a.data.x, "indikator") }  -- 深圳' >axis.lua
run "$ASSESS" axis.lua --color always
is "$status" 3 "an unknown axis: status 3"
contains "$err" "did you mean 'indicator'?" "the nearest axis is suggested"
contains "$err" "$(printf '\033')[31m^" "the caret is red with --color always"
run "$ASSESS" axis.lua
lacks "$err" "$(printf '\033')" "there is no colour where standard error is no terminal"

sed 's/310/31O/; s/61/6l/' towns.csv >letters.csv
run "$ASSESS" towns.lua --data x=letters.csv
is "$status/$out" "4/" "letters in numbers: status 4, nothing on standard output"
like "$err" "^letters\.csv:2:value: .*31O" "the first bad cell has file, line, column and text"
like "$err" "^letters\.csv:5:value: .*6l" "the second bad cell, too"

printf 'unit,indicator,value,status\n\033[2JEvil,gdp,\033]0;x\007,a\n' >escape.csv
run "$ASSESS" towns.lua --data x=escape.csv
is "$status" 4 "an escape sequence where a number should be: status 4"
lacks "$out$err" "$(printf '\033')" "the escape sequence does not reach the terminal"

rules 'while true do end' >loop.lua
run "$ASSESS" loop.lua --seconds 0.2
is "$status/$out" "5/" "a script without end: status 5"
run "$ASSESS" towns.lua --source 1 -q
is "$status" 0 "a rule file below the size limit runs"
{ cat towns.lua; i=0; while [ $i -lt 40 ]; do echo "-- 0123456789012345678901234567890123456789"; i=$((i + 1)); done; } >long.lua
run "$ASSESS" long.lua --source 1
is "$status" 5 "a rule file above the size limit: status 5"

# ---- where results go

run "$ASSESS" towns.lua --set params.base=200 --format csv --output score
is "$out" "unit,score
Donglin,272.5
Nangang,290
Shahe,270.5" "--set changes a leaf"
run "$ASSESS" towns.lua --where status=final --format csv --output score
is "$out" "unit,score
Donglin,310
Nangang,190
Shahe,170.5" "--where chooses rows"
iconv -f utf-8 -t gb18030 >gbk.csv <<'END'
unit,indicator,value,status
东林,gdp,310,final
END
run "$ASSESS" towns.lua --data x=gbk.csv --format csv --output score
is "$out" "unit,score
东林,310" "GBK is understood"
run "$ASSESS" towns.lua --data x=gbk.csv --encoding utf-8
is "$status" 4 "another --encoding is a fault"
out=$("$ASSESS" towns.lua --data x=- --format csv --output score <gbk.csv)
is "$out" "unit,score
东林,310" "data comes from standard input"
run "$ASSESS" explain towns.lua X --max-rank-shift 1
is "$status/$err" "2/assess: no option '--max-rank-shift' — it is an option of 'assess diff'" "an option of another command: the message names the command"
run "$ASSESS" test --set a=b
is "$status/$err" "2/assess: no option '--set' — it is an option of 'assess run'" "an option of nearly all commands: the message names one"
run "$ASSESS" help test
lacks "$out" "the options that all have" "help of assess test lists no common options"
run sh -c '"$1" towns.lua >/dev/full' - "$ASSESS"
is "$status" 5 "a full disk behind standard output: status 5"
contains "$err" "standard output cannot be written" "a full disk is reported"

# made COMMAND...: -o makes the folders above; and a command that fails leaves none behind.
made() {
    run "$ASSESS" "$@" -o new/of/this
    is "$status" 0 "-o new/of/this: $1 $2" || diag "$err"
    ls new/of/this >/dev/null 2>&1
    is $? 0 "the file was written"
    rm -rf new
}
made run towns.lua
made explain towns.lua Shahe
made levers towns.lua Shahe
made leaves towns.lua
made check towns.lua
made diff towns.lua towns.lua
made export coinr towns.lua
for command in run explain levers leaves; do
    run "$ASSESS" $command loop.lua --seconds 0.2 -o new/of/this
    like "$status/$(ls)" "^[1-5]/" "$command with rules that fail"
    lacks "$(ls)" new "no folder is left behind"
done
run "$ASSESS" towns.lua -o towns.csv/below
is "$status" 2 "a file in place of a folder is refused"
contains "$err" "towns.csv: cannot be made: Not a directory" "the message names that file"

i=0
{ echo unit,indicator,value,status; while [ $i -lt 9000 ]; do echo "town $i,gdp,$i,final"; i=$((i + 1)); done; } >many.csv
{ "$ASSESS" towns.lua --data x=many.csv --format csv 2>err; echo $? >status; } | head -n 1 >first
is "$(cat first status err)" "unit,rank,score
0" "a reader that goes away early is no failure"

# ---- interruption: background jobs of a shell ignore SIGINT, so perl gives it back

mkfifo pipe
interrupted() { # SIGNAL ARGUMENTS...
    signal=$1
    shift
    perl -e '$SIG{INT} = $SIG{TERM} = "DEFAULT"; exec @ARGV' "$ASSESS" "$@" >out 2>err <pipe &
    victim=$!
    exec 3>pipe
    sleep 0.5
    kill -"$signal" $victim
    status=0
    wait $victim || status=$?
    exec 3>&-
}
interrupted INT towns.lua --data x=- -o made
is "$status" 130 "Ctrl-C while the program waits for data ends it by SIGINT"
is "$(cat out)$(ls made 2>/dev/null)" "" "Ctrl-C: nothing was written"
contains "$(cat err)" "interrupted: nothing was written" "Ctrl-C: the message says that it was stopped"
interrupted TERM loop.lua --seconds 0 -o made
is "$status" 143 "SIGTERM in the middle of a script ends it"
is "$(cat out)$(ls made 2>/dev/null)" "" "SIGTERM: nothing was written"
done_testing
