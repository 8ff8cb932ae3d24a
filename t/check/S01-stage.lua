return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  stages = {
    { "first", from = 2011, to = 2020 },
    { "second", from = 2021, to = 2050 },
  },
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, better = "higher", floor = 100, standard = { first = 300, second = 90 } },  --> S01:106 S04:106
    indicator { "air", "Particles", weight = 40, better = "lower", floor = 50, standard = 10 },
  },
  compute = function(a)
    return { score = 60 + 40 * (a.data.x - a.index.floor) / (a.index.standard - a.index.floor),
      total = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
