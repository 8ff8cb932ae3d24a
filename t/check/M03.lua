return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60 },
    indicator { "air", "Particles", weight = 40 },
  },
  compute = function(a)
    local score = mean(a.data.x, "indicator", { weights = a.index.weight })
    local root = (a.data.x:at { indicator = "air" } / 7) ^ (1 / 3)
    return { score = score, lost = a.data.x:at { indicator = "air" } - 7 * root ^ 3,
      short = (a.data.x:at { indicator = "air" } - 7 * root ^ 3):gt(0) }  --> M03:7
  end,
}
