-- The table that goes into the yearly report: this year and last year side by side, the change, the places gained.
local normalise, combine, years = require "methods.normalise", require "methods.combine", require "methods.years"

return assessment {
  id = "yearly", title = "Districts, year on year",
  data = { figures = csv("yearly.csv", { unit = "district", year = "year" }) },
  params = { year = 2023 },
  index = index { "district", "District", indicator { "income", "Income" }, indicator { "waste", "Waste", better = "lower" } },
  outputs = { "yearly" },
  titles = { yearly = "Year on year" },
  compute = function(a)
    local score = combine.weighted_mean(normalise.minmax(a.data.figures, a.index, { over = { "unit", "year" } }), a.index)
    local shown, path = round(score, 1), years.paths(score)       -- the changes are those of what is printed
    array("column", { { "before", 1 }, { "score", 2 }, { "change", 3 }, { "percent", 4 }, { "rank", 5 }, { "gained", 6 } })
    local values = choose(labels "column", {
      before = lag(shown, "year", 1, { count = "numbers" }), score = shown, change = round(years.change(shown), 1),
      percent = round(100 * (years.link(shown) - 1), 1), rank = path.rank, gained = path.moves })
    return { yearly = values:at { year = a.params.year } }
  end,
}
