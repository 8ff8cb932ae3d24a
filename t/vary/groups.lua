-- The criteria of three.lua in two groups, whose weights are the sums of theirs.
local combine = require "methods.combine"
return assessment {
  id = "groups", title = "Groups",
  data = { observed = csv("three.csv", { unit = "unit" }) },
  index = index { "x", "X",
    group { "X1", "X1", indicator { "A", "A", weight = 1 }, indicator { "B", "B", weight = 1 } },
    group { "X2", "X2", indicator { "C", "C", weight = 1 } },
  },
  compute = function(a)
    local total = combine.weighted_mean(combine.weighted_mean(a.data.observed, a.index), a.index)
    return { total = total, rank = rank(total, "unit") }
  end,
}
