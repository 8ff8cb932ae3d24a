return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  stages = {
    { "first", from = 2011, to = 2020 },
    { "second", from = 2021, to = 2050 },
  },
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, standard = { first = 200, second = 300 } },
    indicator { "air", "Particles", weight = 40, better = "lower" },  --> S05:18
  },
  compute = function(a)
    return { score = 100 * a.data.x / a.index.standard,
      total = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
