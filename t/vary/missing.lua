-- A missing figure. Over the others A = 0.1 + 0.96 B, with residuals of 0.04, -0.12, 0.12 and -0.04, so that T has
-- one of 9.74, 9.58, 9.82 and 9.66; or, by the donors, one of 1.1, 1.9, 3.1 and 3.9.
local combine = require "methods.combine"
return assessment {
  id = "missing", title = "Missing",
  data = { observed = csv("missing.csv", { unit = "unit" }) },
  index = index { "x", "X", indicator { "A", "A" }, indicator { "B", "B" } },
  compute = function(a)
    local total = combine.weighted_mean(a.data.observed, a.index)
    return { total = total, rank = rank(total, "unit") }
  end,
}
