return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("coded.csv", { unit = "unit", missing = { "-999" } }) },
  index = index { "all", "All", indicator { "gdp", "Product" }, indicator { "air", "Clean air" } },
  compute = function(a)
    return { score = mean(a.data.x, "indicator") }
  end,
}
