-- Two criteria: who is first hangs on the share w of the first weight alone.
--   P = w, Q = 0.7 - 0.1 w, R = 1 - w; P is first above 7/11, R below 1/3, Q in between.
local combine = require "methods.combine"
return assessment {
  id = "two", title = "Two criteria",
  data = { observed = csv("two.csv", { unit = "unit" }) },
  index = index { "x", "X",
    indicator { "A", "A", better = "higher", weight = 1 },
    indicator { "B", "B", better = "higher", weight = 1 },
  },
  compute = function(a)
    local total = combine.weighted_mean(a.data.observed, a.index)
    return { total = total, rank = rank(total, "unit"),
             grade = where(total:ge(0.5), "good", "poor"),
             built = total:ge(0.5) }
  end,
}
