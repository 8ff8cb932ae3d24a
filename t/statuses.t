#!/bin/sh
# The same limit ends every command with the same status.
. "$(dirname "$0")/tap.sh"
unset ASSESS_ALLOW
cd "$tmp" || exit 1
printf 'unit,text\nA,aaaaaaaa\nB,bb\n' >t.csv
rules() { # FORMULA
    printf 'return assessment { id = "r", title = "r", data = { t = csv("t.csv", { rows = "unit", label = "unit" }) },\n'
    printf '  compute = function(a) local x = %s\n  return { total = x, rank = rank(x, "unit") } end }\n' "$1"
}
rules 'where(matches(a.data.t.text, [[^((?1)a|b)$]]), 1, 0)' >recursion.lua
rules 'where(a.data.t.text:eq(require("large").x), 1, 0)' >module.lua
printf 'local t = {} for i = 1, 1e7 do t[i] = { i } end return { x = "x" }\n' >large.lua
every() { # NAME RULES PART-OF-THE-MESSAGE
    for command in run explain levers leaves statement notice profile vary certain diff record report template plot; do
        set -- "$1" "$2" "$3"
        case $command in
        explain | statement | levers) more=A ;;
        diff) more=$2 ;;
        record) more='-o sealed' ;;
        report) more='-o page.html' ;;
        template) more='-o form.xlsx' ;;
        plot) more=ranking ;;
        *) more= ;;
        esac
        # shellcheck disable=SC2086
        run "$ASSESS" $command "$2" $more --script-memory 4
        is "$status/$out" 5/ "$1: assess $command ends with status 5" || diag "$err"
        contains "$err" "$3" "$1: assess $command says why"
    done
}
every "a pattern that calls itself" recursion.lua "takes too much work on a text"
every "a module without end" module.lua "the script needs more than 4 MiB of memory"
is "$(ls)" "$(printf 'large.lua\nmodule.lua\nrecursion.lua\nt.csv')" "and nothing is written"
run "$ASSESS" check recursion.lua
is "$status" 1 "check reports it as a finding"
contains "$out" "error R03" "with a code"

done_testing
