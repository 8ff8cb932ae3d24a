#!/bin/sh
# plain(x): a parameter as a plain value. The formulas are made with it, so --set and diff work, and changing it after
# the run is refused.
. "$(dirname "$0")/tap.sh"

cat >"$tmp/steps.csv" <<'CSV'
unit,p,q
A,1,9
B,2,5
C,4,1
CSV
# total = p (1 + … + steps) + times q. With 2 and 1: 12, 11, 13; with 3 and 2: 24, 22, 26.
cat >"$tmp/steps.lua" <<'LUA'
return assessment {
  id = "steps", title = "Steps", data = { x = csv("steps.csv", { unit = "unit" }) },
  params = { steps = 2, times = 1, ties = "min", back = 1, half = 0.5, whole = true },
  compute = function(a)
    local p, q = a.data.x:at { indicator = "p" }, a.data.x:at { indicator = "q" }
    local total = a.params.times * q
    for i = 1, plain(a.params.steps) do total = total + i * p end
    return {
      total = total, rank = rank(where(p:lt(4), 1, 0), "unit", { ties = a.params.ties }),
      before = lag(p, "unit", a.params.back), middle = quantile(p, "unit", a.params.half),
      whole = plain(a.params.whole) and 1 or 2, other = plain(nil, 7), same = plain("x") == "x" and 1 or 0,
      made = plain(a.params.steps * 10),
    }
  end,
}
LUA
cd "$tmp" || exit 1
of() { "$ASSESS" "$@" --format csv 2>&1 | tail -n +2 | awk -F, '{ printf "%s%s", sep, $NF; sep = " " }'; }
is "$(of steps.lua --output total)" '12 11 13' 'a parameter is the number of steps of a loop'
is "$(of steps.lua --output total --set params.steps=3)" '15 17 25' '--set changes the number of steps'
is "$(of steps.lua --output total --set params.steps=0)" '9 5 1' '--set may leave no steps'
is "$(of steps.lua --output rank)" '1 1 3' 'a parameter is a text option'
is "$(of steps.lua --output rank --set params.ties=max)" '2 2 3' '--set changes the text option'
is "$(of steps.lua --output before)" ' 1 2' 'a parameter is a number of labels'
is "$(of steps.lua --output before --set params.back=2)" '  1' '--set changes the number of labels'
is "$(of steps.lua --output middle --set params.half=1)" '4' 'a parameter is a share'
is "$(of steps.lua --output whole)/$(of steps.lua --output whole --set params.whole=false)" '1/2' 'a parameter is a truth'
is "$(of steps.lua --output other)" '7' 'a default holds where there is no parameter'
is "$(of steps.lua --output same)" '1' 'plain of a plain value is that value'
is "$(of steps.lua --output made)" '20' 'plain of a computed parameter'

run "$ASSESS" check steps.lua
lacks "$out" U02 'a parameter read by plain counts as used'

sed 's/steps = 2, times = 1/steps = 3, times = 2/' steps.lua >other.lua
run "$ASSESS" diff steps.lua other.lua --format csv
is "$status" 0 'two editions that differ in such a parameter are compared'
contains "$out" '13,26,13' 'each edition is computed with its own value: 13 becomes 26'
contains "$out" '11,22,11' 'and 11 becomes 22'
lacks "$out" 'no effect' 'both lines that differ have an effect'

run "$ASSESS" whatif steps.lua A params.steps=3
is "$status" 2 'whatif refuses to change such a parameter'
contains "$err" 'params.steps shapes the formulas' 'the message says that it shapes the formulas'
contains "$err" '--set params.steps=' 'the message says what to do instead'
run "$ASSESS" whatif steps.lua A params.times=2
is "$status" 0 'whatif changes other parameters'
run "$ASSESS" levers steps.lua A --leaves
is "$status" 0 'levers of leaves are listed'
contains "$out" params.times 'levers have other parameters'
lacks "$out" params.steps 'levers leave out such a parameter'

# refuse(WHAT, EXPRESSION, MESSAGE)
refuse() {
    sed "s/plain(nil, 7)/$2/" steps.lua >wrong.lua
    run "$ASSESS" wrong.lua
    is "$status" 3 "$1 is refused"
    contains "$err" "$3" "$1: why"
}
refuse 'an array with an axis' 'plain(a.data.x)' "'plain' is a single value, not an array over unit × indicator"
refuse 'a figure' 'plain(mean(p, "unit"))' "'plain' can come from a parameter, not from data"
refuse 'a figure among the options' 'rank(p, "unit", { tolerance = mean(p, "unit") })' "'tolerance' can come from a parameter, not from data"
refuse 'a table' 'plain({})' "'plain' takes a parameter, not a table"
refuse 'nothing' 'plain()' "'plain' takes a parameter"
sed 's/plain(a.params.steps) do/a.params.steps do/' steps.lua >wrong.lua
run "$ASSESS" wrong.lua
is "$status" 3 'a loop over an array is refused'
contains "$err" 'plain(' 'the hint names plain'

# optional(p, name): what is not there is nothing, in whatever stands for a table of parameters; all else is as it was.
cat >"$tmp/optional.lua" <<'LUA'
return assessment {
  id = "optional", title = "Optional", data = { t = csv("steps.csv", { rows = "unit", label = "unit" }) },
  params = { cap = 3, deep = { low = 4 } },
  index = index { "all", "All", indicator { "i", "I", standard = 5 } },
  compute = function(a)
    local through = setmetatable({}, { __index = function(_, name) return a.index[name] end })
    return {
      params = 10 * optional(a.params, "cap") + optional(a.params, "floor", 7),
      deep = 10 * optional(a.params.deep, "low") + optional(a.params.deep, "high", 7),
      index = 10 * optional(a.index, "standard") + optional(a.index, "floor", 7) + optional(a.index, "sign", 0),
      data = 10 * optional(a.data.t, "q") + optional(a.data.t, "r", 7),
      lua = 10 * optional({ x = 1 }, "x") + optional({ x = 1 }, "y", 7), none = optional(nil, "y", 7),
      through = 10 * optional(through, "standard") + optional(through, "sign", 7),
    }
  end,
}
LUA
is "$(of optional.lua --output params)" 37 'a parameter that is not there'
is "$(of optional.lua --output deep)" 47 'a group of parameters that is not there'
is "$(of optional.lua --output index)" 57 'an attribute that is not there'
is "$(of optional.lua --output data)" '97 57 17' 'a table of data that is not there'
is "$(of optional.lua --output lua)/$(of optional.lua --output none)" 17/7 'a key of a Lua table, and a table, that are not there'
is "$(of optional.lua --output through)" 57 'a key that is not there, through a metatable'
for wrong in 'a.params.floor' 'a.index.sign' 'a.data.t.r' 'optional(a.params, "floor") + 1' 'optional(a.data.t.q, "x")' 'optional("x", "y")'; do
    sed "s/none = .*7),/none = $wrong,/" optional.lua >wrong.lua
    run "$ASSESS" wrong.lua
    is "$status" 3 "$wrong is an error still"
done

# refuse(condition, text, number)
cat >"$tmp/refuse.lua" <<'LUA'
return assessment {
  id = "refuse", title = "Refuse", data = { x = csv("steps.csv", { unit = "unit" }) },
  compute = function(a)
    refuse(a.data.x:gt(9), "more than there are:", a.data.x)
    return { total = sum(a.data.x, "indicator") }
  end,
}
LUA
is "$(of refuse.lua --output total)" '10 7 5' 'rules with nothing to refuse run'
sed 's/gt(9)/gt(4)/' refuse.lua >wrong.lua
run "$ASSESS" wrong.lua
is "$status" 3 'values outside the bounds are refused'
contains "$err" 'wrong.lua:4' 'the message has the line of the rule'
contains "$err" 'more than there are: 9.000 (indicator q, unit A), and 1 more' 'the message has the text, the number and the place'
done_testing
