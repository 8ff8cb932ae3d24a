-- Choose a supplier by price, quality, delivery and service: nearness to the ideal (TOPSIS).
local mcda = require "methods.mcda"

return assessment {
  id = "topsis", title = "Suppliers by nearness to the ideal", cite = "Hwang and Yoon 1981",
  data = { offers = csv("topsis.csv", { unit = "supplier" }) },
  levels = { "indicator", "index" },
  index = index { "supplier", "Supplier",
    indicator { "price", "Price per piece",     unit = "yuan", better = "lower", weight = 0.4 },
    indicator { "quality", "Passed inspection", unit = "%",                      weight = 0.3 },
    indicator { "delivery", "Days to deliver",  unit = "d",    better = "lower", weight = 0.2 },
    indicator { "service", "Marks for service", unit = "points",                 weight = 0.1 },
  },
  outputs = { "rank", "nearness" },
  compute = function(a)
    local nearness = mcda.topsis(a.data.offers, a.index.weight, a.index.better)
    return { nearness = round(nearness, 4), rank = rank(nearness, "unit") }
  end,
}
