-- The table of a yearly report: last year and this year, the change, the rank, and the places gained.
local normalise, combine, years = require "methods.normalise", require "methods.combine", require "methods.years"

return assessment {
  id = "yearly", title = "Districts, year on year",
  data = { figures = csv("yearly.csv", { unit = "district", year = "year" }) },
  params = { year = 2023 },
  index = index { "district", "District", indicator { "income", "Income" }, indicator { "waste", "Waste", better = "lower" } },
  outputs = { "before", "score", "change", "percent", "rank", "gained" },
  titles = { before = "Last year", score = "This year", change = "Change", percent = "Change in %", rank = "Rank", gained = "Places gained" },
  compute = function(a)
    local score = combine.weighted_mean(normalise.minmax(a.data.figures, a.index, { over = { "unit", "year" } }), a.index)
    local shown, path = round(score, 1), years.paths(score)       -- the changes are those of the printed scores
    local this, last = { year = a.params.year }, { year = a.params.year - 1 }
    return {
      before = shown:at(last), score = shown:at(this), change = round(years.change(shown):at(this), 1),
      percent = round(100 * (years.link(shown):at(this) - 1), 1), rank = path.rank:at(this), gained = path.moves:at(this),
    }
  end,
}
