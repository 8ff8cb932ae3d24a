local normalise = require "methods.normalise"
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, better = "higher" },
    indicator { "air", "Particles", weight = 40,
      better = "lower" },
  },
  compute = function(a)
    return { score = mean(normalise.minmax(a.data.x, a.index), "indicator", { weights = a.index.weight }) }
  end,
}
