return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  stages = {
    { "first", from = 2011, to = 2020 },
    { "second", from = 2021, to = 2050 },
  },
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { pass = { first = 80, second = 85 }, good = 90 },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60, unit = "yuan" },
    indicator { "air", "Particles", weight = 40, unit = "ug/m3" },
  },
  compute = function(a)
    local score = mean(a.data.x, "indicator", { weights = a.index.weight })
    return { grade = where(score:ge(a.params.good), "good",
      where(score:ge(a.params.pass), "pass", "fail")) }
  end,
}
