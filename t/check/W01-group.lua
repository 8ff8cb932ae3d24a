local combine = require "methods.combine"
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("towns_three.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  index = index { "all", "All",
    group { "A", "Wealth", weight = 60,  --> W01:14
      indicator { "gdp", "Product", weight = 45 },
      indicator { "tax", "Tax", weight = 25 },
    },
    group { "B", "Air", weight = 40,
      indicator { "air", "Particles" },
    },
  },
  compute = function(a)
    local areas = combine.weighted_mean(a.data.x, a.index)
    return { areas = areas, total = combine.weighted_mean(areas, a.index) }
  end,
}
