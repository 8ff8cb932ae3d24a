return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, low = 400, high = 400 },  --> S02:48
    indicator { "air", "Particles", weight = 40, low = 80, high = 10 },
  },
  compute = function(a)
    return { score = 100 * (a.data.x - a.index.low) / (a.index.high - a.index.low),  --> M01:53
      total = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
