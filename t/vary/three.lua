-- Three criteria: each corner of the simplex has a unit of its own, and M is 0.5 whatever the weights.
-- M is first where no weight is above a half, a quarter of the triangle; so is each of the others.
local combine = require "methods.combine"
return assessment {
  id = "three", title = "Three criteria",
  data = { observed = csv("three.csv", { unit = "unit" }) },
  params = { power = 1, cap = 10 },
  index = index { "x", "X",
    indicator { "A", "A", better = "higher", weight = 1 },
    indicator { "B", "B", better = "higher", weight = 1 },
    indicator { "C", "C", better = "higher", weight = 1 },
  },
  uncertain = { { "*.weight", simplex = true, why = "the weights are proposals" } },
  compute = function(a)
    local total = combine.weighted_mean(a.data.observed, a.index)
    return { total = total, rank = rank(total, "unit") }
  end,
}
