return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60 },
    indicator { "air", "Particles", weight = 40 },
  },
  compute = function(a)
    local score = mean(a.data.x, "indicator", { weights = a.index.weight })
    if missing == 3 then score = score * 2 end  --> L01:16
    return { score = score }
  end,
}
