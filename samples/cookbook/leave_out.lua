-- How much does the ranking depend on one indicator? Each is left out once, and the towns are ranked again.
local normalise, combine = require "methods.normalise", require "methods.combine"

return assessment {
  id = "leave_out", title = "Each indicator left out once",
  data = { towns = csv("leave_out.csv", { unit = "town" }) },
  index = index { "town", "Town", indicator { "income", "Income" }, indicator { "clinics", "Clinics" },
    indicator { "parks", "Parks" }, indicator { "dust", "PM10", better = "lower" } },
  outputs = { "rank", "without", "gained", "moved" },
  titles = { without = "Rank without it", gained = "Places gained without it", moved = "Places moved without it, all towns" },
  compute = function(a)
    local i = a.index
    local scores = normalise.minmax(a.data.towns, i)
    local own = rank(combine.weighted_mean(scores, i), "unit")
    local without = rank(combine.weighted_mean(combine.without_each(scores, i), i), "unit")    -- unit × without_indicator
    return { rank = own, without = without, gained = own - without, moved = sum(abs(own - without), "unit") }
  end,
}
