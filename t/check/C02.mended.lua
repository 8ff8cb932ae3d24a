return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, cite = "(5) first half" },
    indicator { "air", "Particles", weight = 40, cite = "(5) second half" },
  },
  compute = function(a)
    return { score = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
