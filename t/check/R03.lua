-- options: --seconds 2
local n = 0
while true do n = n + 1 end  --> R03:1
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60 },
    indicator { "air", "Particles", weight = 40 },
  },
  compute = function(a)
    return { score = mean(a.data.x, "indicator", { weights = a.index.weight }) }
  end,
}
