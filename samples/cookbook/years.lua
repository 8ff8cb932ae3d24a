-- Several years on one scale: the goalposts are those of all years, so that a city is compared with its own past, too.
local normalise, combine = require "methods.normalise", require "methods.combine"

return assessment {
  id = "years", title = "Three years on one scale",
  data = { observed = csv("years.csv", { unit = "city", indicator = "indicator", year = "year", value = "value" }) },
  index = index { "city", "City",
    indicator { "income", "Income per head", unit = "thousand yuan" },
    indicator { "waste", "Waste per head", unit = "kg", better = "lower" },
  },
  outputs = { "score", "change", "yearly" },
  titles = { change = "Change since the year before", yearly = "Score within each year" },
  compute = function(a)
    local x, index = a.data.observed, a.index
    local known = interpolate(x, "year", { ends = "constant" })        -- the last figure counts until there is a new one
    local least, most = min(known, { "unit", "year" }), max(known, { "unit", "year" })
    local lower = index.better:eq("lower")
    local common = { low = where(coalesce(lower, false), most, least), high = where(coalesce(lower, false), least, most) }
    local score = combine.weighted_mean(normalise.goalposts(known, common), index)
    local yearly = combine.weighted_mean(normalise.minmax(known, index), index)
    return { score = round(score, 2), change = round(score - lag(score, "year"), 2), yearly = round(yearly, 2) }
  end,
}
