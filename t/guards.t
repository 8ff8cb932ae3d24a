#!/bin/sh
# A domain error counts only where the results need its element. The figures are counted by hand.
. "$(dirname "$0")/tap.sh"
cd "$tmp" || exit 1

cat >yards.csv <<'END'
yard,sand,clay
Beitai,0,8
Dongpu,5,0
Xigou,-2,4
Nanlu,10,
END
# yards FORMULAS: what is run with them: x is yard × indicator, s the sand, c the clay alone.
yards() {
    cat >yards.lua <<END
return assessment {
  id = "yards", title = "Four yards", data = { x = csv("yards.csv", { unit = "yard" }) },
  index = index { "all", "All", indicator { "sand", "Sand", weight = 1 }, indicator { "clay", "Clay", weight = 1 } },
  compute = function(a)
    local x = a.data.x
    local s, c = x:at { indicator = "sand" }, x:at { indicator = "clay" }
    $1
  end,
}
END
    run "$ASSESS" yards.lua --format csv --strict
}
silent() { # FORMULAS TEXT
    yards "$1"
    is "$status/$err" "0/" "$2"
}
warned() { # FORMULAS TEXT-OF-THE-MESSAGE...
    yards "$1"
    is "$status" 4 "--strict refuses: $1"
    contains "$err" "$2" "and says: $2"
}

silent 'return { y = where(s:gt(0), log(s), 0) }' "a logarithm in the branch that is not taken"
is "$out" "unit,y
Beitai,0
Dongpu,1.6094379124341003
Nanlu,2.302585092994046
Xigou,0" "and the values are those of the branches"
warned 'return { y = where(s:gt(-1), log(s), 0) }' 'log of a value that is not positive: 1 element became missing, first at unit Beitai'
warned 'local l = log(s) return { y = where(s:gt(0), l, 0), z = l }' '2 elements became missing, first at unit Beitai'
warned 'local l = log(s) return { y = where(s:gt(0), l, 0), z = sum(l, "unit") }' '2 elements became missing'
silent 'return { y = sum(where(x:gt(0), 1 / x, 0), "indicator") }' "a quotient in a sum of branches"
silent 'return { y = coalesce(s, log(s)) }' "the second of coalesce, where the first is there"
warned 'return { y = coalesce(log(s), 0) }' '2 elements became missing'
silent 'return { y = rank(where(c:gt(0), s / c, 0), "unit") }' "a branch under a rank"
silent 'return { y = (1 / x):at { unit = "Nanlu" } }' "elements that a slice leaves out"
warned 'return { y = (1 / x):at { unit = "Beitai" } }' '1 element became missing, first at unit Beitai, indicator sand'
silent 'return { y = sum((1 / s):only { unit = { "Dongpu", "Nanlu" } }, "unit") }' "elements that only leaves out"
silent 'local l = where(s:gt(0), log(s), 0) return { y = where(l:gt(2), 1 / (l - log(5)), l) }' "a guard within a guard"
warned 'return { y = s:gt(100) & log(s):gt(1) }' '2 elements became missing'
silent 'warn(where(s:gt(0), log(s), 0):gt(9), "much sand") return { y = s }' "a guard in the condition of a warning"
warned 'warn(log(s):gt(9), "much sand") return { y = s }' '2 elements became missing'
silent 'local w = minimise(function(w) return sum((where(c:gt(0), s / c, 0) - w) ^ 2, "unit") end, s:at { unit = "Dongpu" })
    return { y = w * s }' "a guard in a formula whose minimum is looked for"
warned 'local w = minimise(function(w) return sum((s / c - w) ^ 2, "unit") end, s:at { unit = "Dongpu" })
    return { y = w * s }' 'division by zero: 1 element became missing, first at unit Dongpu'

yards 'return { y = where(s:gt(-1), log(s), 0) }'
run "$ASSESS" check yards.lua
contains "$out" "M01" "check tells of the one that counts"
yards 'return { y = where(s:gt(0), log(s), 0) }'
run "$ASSESS" check yards.lua
lacks "$out" "M01" "and of none where none does"
done_testing
