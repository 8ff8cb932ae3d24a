return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { year = 2011, other = 2012 },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60 },
    indicator { "air", "Particles", weight = 40 },
  },
  compute = function(a)
    local score = mean(a.data.x, "indicator", { weights = a.index.weight })
    return { score = where(a.params.year:eq(a.params.other), score, 0) }
  end,
}
