-- found: t/check/towns_number.csv:3:value R02
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns_number.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",  --> W01:20
    indicator { "gdp", "Product", weight = 60 },
    indicator { "air", "Particles", weight = 30 },
  },
  compute = function(a)
    return { score = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
