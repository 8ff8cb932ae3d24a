return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { base = 50, cap = 120 },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60 },
    indicator { "air", "Particles", weight = 40 },
  },
  compute = function(a)
    local score = mean(a.data.x, "indicator", { weights = a.index.weight })
    return { score = clamp(score / a.params.base, 0, a.params.cap) }
  end,
}
