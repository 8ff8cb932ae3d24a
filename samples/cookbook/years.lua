-- Several years on one scale, that of the best and the worst of all years, so that a city's scores are comparable over time.
local normalise, combine = require "methods.normalise", require "methods.combine"
local impute, years = require "methods.impute", require "methods.years"

return assessment {
  id = "years", title = "Three years on one scale",
  data = { observed = csv("years.csv", { unit = "city", indicator = "indicator", year = "year", value = "value" }) },
  index = index { "city", "City",
    indicator { "income", "Income per head", unit = "thousand yuan" },
    indicator { "waste", "Waste per head", unit = "kg", better = "lower" },
  },
  outputs = { "score", "change", "rank", "moves", "yearly", "income" },
  titles = { change = "Change since the year before", moves = "Places gained", yearly = "Score within each year",
             income = "Income, 2020 = 100" },
  compute = function(a)
    local index, known = a.index, impute.linear(a.data.observed)      -- beyond the last observation, the last figure counts
    local function total(o) return combine.weighted_mean(normalise.minmax(known, index, o), index) end
    local score = total { over = { "unit", "year" } }
    local path = years.paths(score)
    return { score = round(score, 2), change = round(years.change(score), 2), rank = path.rank, moves = path.moves,
             yearly = round(total(), 2), income = round(years.index(known:at { indicator = "income" }, 2020), 1) }
  end,
}
