local normalise = require "methods.normalise"
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, better = "higher", low = 100, high = 400, score = normalise.goalposts },
    indicator { "air", "Particles", weight = 40, better = "lower", low = 10, high = 80, score = normalise.goalposts },  --> S02:68
  },
  compute = function(a)
    return { score = normalise.each(a.data.x, a), total = mean(a.data.x, "indicator", { weights = a.index.weight }) }  --> R01:32
  end,
}
