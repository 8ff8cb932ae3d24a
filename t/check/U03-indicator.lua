local normalise = require "methods.normalise"
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, standard = 300, score = normalise.ratio },  --> U02:35
    indicator { "air", "Particles", weight = 40, standard = 30 },  --> U03:18 U02:50
  },
  compute = function(a)
    return { score = normalise.each(a.data.x, a) }
  end,
}
