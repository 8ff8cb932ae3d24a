return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  stages = {
    { "first", from = 2011, to = 2020, peers = { "Ash", "Birch" } },
  },
  data = { x = csv("towns.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    indicator { "gdp", "Product", weight = 60 },
    indicator { "air", "Particles", weight = 40 },
  },
  compute = function(a)
    local score = mean(a.data.x, "indicator", { weights = a.index.weight })
    return { score = score, best = max(where(a.peers, score), "unit") }
  end,
}
