-- A first index: three indicators, from 0 for the worst town to 100 for the best, and their mean.
local normalise, combine = require "methods.normalise", require "methods.combine"

return assessment {
  id = "first", title = "Four towns", data = { towns = csv("first.csv", { unit = "town" }) },
  index = index { "town", "Town", indicator { "income", "Income per head", unit = "thousand yuan" },
    indicator { "clinics", "Clinics", unit = "per 10,000" }, indicator { "dust", "PM10", unit = "ug/m3", better = "lower" } },
  compute = function(a)
    local score = combine.weighted_mean(normalise.minmax(a.data.towns, a.index), a.index)
    return { score = round(score, 2), rank = rank(score, "unit") }
  end,
}
