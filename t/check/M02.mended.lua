return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60 },
    indicator { "air", "Particles", weight = 40 },
  },
  compute = function(a)
    local x = a.data.x
    local many = x + x:as { unit = "b" } + x:as { unit = "c" } + x:as { unit = "d" } + x:as { unit = "e" } + x:as { unit = "f" }
    return { score = mean(a.data.x, "indicator", { weights = a.index.weight }), most = max(where(many:eq(1), 0, many * a.data.x), { "unit", "b", "c", "d", "e", "f", "indicator" }) }
  end,
}
