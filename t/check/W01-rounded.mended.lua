return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 0.667 },
    indicator { "air", "Particles", weight = 0.334 },
  },
  compute = function(a)
    return { score = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
