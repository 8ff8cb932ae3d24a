-- Two criteria, each with a method of its own. As they are, P is first: 7 against 6.5 and 5.5. By the range of the
-- units Q is first: (4/9 + 2/3) / 2 = 0.56 against 0.5 and 0.5.
local combine, normalise = require "methods.combine", require "methods.normalise"
return assessment {
  id = "methods", title = "Methods",
  data = { observed = csv("methods.csv", { unit = "unit" }) },
  index = index { "x", "X",
    indicator { "A", "A", better = "higher", weight = 1, score = normalise.given },
    indicator { "B", "B", better = "higher", weight = 1, score = normalise.given },
  },
  compute = function(a)
    local total = combine.weighted_mean(normalise.each(a.data.observed, a), a.index)
    return { total = total, rank = rank(total, "unit") }
  end,
}
