-- Entropy weights (熵值法) compared with equal weights: what they are, and which cities move.
local weigh, combine, normalise = require "methods.weigh", require "methods.combine", require "methods.normalise"

return assessment {
  id = "entropy", title = "Weights from the data, and who moves", cite = "Shannon 1948",
  data = { cities = csv("entropy.csv", { unit = "city" }) },
  index = index { "city", "City",
    indicator { "patents", "Patents", unit = "per 10,000" },
    indicator { "roads", "Roads", unit = "m2 per head" },
    indicator { "schools", "Years of school", unit = "a" },
    indicator { "green", "Green cover", unit = "%" },
  },
  outputs = { "weight", "equal", "entropy", "moved" },
  titles = { weight = "Entropy weight", equal = "Rank by equal weights", entropy = "Rank by entropy", moved = "Places gained" },
  compute = function(a)
    local scores = normalise.minmax(a.data.cities, a.index)
    local w = weigh.entropy(a.data.cities)               -- from the figures, which all have a true zero
    local equal = rank(combine.weighted_mean(scores, a.index), "unit")
    local entropy = rank(combine.weighted_mean(scores, weigh.using(a.index, { indicator = w })), "unit")
    return { weight = round(w, 4), equal = equal, entropy = entropy, moved = equal - entropy }
  end,
}
