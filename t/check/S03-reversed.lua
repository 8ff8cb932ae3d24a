local normalise = require "methods.normalise"
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, target = { 200, 300 }, allowed = { 100, 400 } },
    indicator { "air", "Particles", weight = 40, target = { 30, 20 }, allowed = { 10, 60 } },  --> S03:50
  },
  compute = function(a)
    return { score = normalise.interval(a.data.x, a.index),
      total = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
