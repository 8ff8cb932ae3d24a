return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  stages = {
    { "first", from = 2011, to = 2020 },
    { "second", from = 2021, to = 2050 },
  },
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = { first = 60, second = 50 }, unit = "yuan" },
    indicator { "air", "Particles", weight = { first = 40, second = 50 }, unit = "t" },
  },
  compute = function(a)
    return { score = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
