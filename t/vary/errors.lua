-- Figures with standard errors and bounds: P is 0.5 and Q 0.45, and only their first figures are uncertain, with
-- deviations of 0.1 and 0.2. P is ahead with probability Phi(0.1 / sqrt(0.1^2 + 0.2^2)).
local combine = require "methods.combine"
return assessment {
  id = "errors", title = "Errors",
  data = { observed = csv("errors.csv", { unit = "unit", indicator = "indicator", value = "value",
                                          carry = { "se", "low", "high" } }),
           deviation = csv("deviation.csv", { unit = "unit" }) },
  index = index { "x", "X",
    indicator { "A", "A", better = "higher", weight = 1 },
    indicator { "B", "B", better = "higher", weight = 1 },
  },
  uncertain = {
    { "data.observed", errors = "se", why = "the stations say so" },
    { "data.later.*", errors = "deviation" },
  },
  compute = function(a)
    local total = combine.weighted_mean(a.data.observed, a.index)
    return { total = total, rank = rank(total, "unit") }
  end,
}
