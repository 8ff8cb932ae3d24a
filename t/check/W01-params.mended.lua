return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  params = { weights = { gdp = 0.7, air = 0.3 } },
  compute = function(a)
    return { score = a.params.weights.gdp * a.data.x:at { indicator = "gdp" } + a.params.weights.air * a.data.x:at { indicator = "air" } }
  end,
}
