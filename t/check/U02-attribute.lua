local normalise = require "methods.normalise"
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, standard = 300, floor = 100, score = normalise.ratio },  --> U02:64
    indicator { "air", "Particles", weight = 40, standard = 30, score = normalise.inverse },
  },
  compute = function(a)
    return { score = normalise.each(a.data.x, a), total = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
