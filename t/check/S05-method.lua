local normalise = require "methods.normalise"
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  stages = {
    { "first", from = 2011, to = 2020 },
    { "second", from = 2021, to = 2050 },
  },
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, standard = 300, score = normalise.ratio },
    indicator { "air", "Particles", weight = 40, standard = { first = 30 }, score = normalise.inverse },  --> S05:18
  },
  compute = function(a)
    return { score = normalise.each(a.data.x, a), total = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
