-- Three areas, each aggregated in its own way: a mean, a geometric mean, the minimum.
local combine = require "methods.combine"

return assessment {
  id = "mixed", title = "Cities, each area in its own way",
  data = { marks = csv("mixed.csv", { unit = "city" }) },
  levels = { "indicator", "area", "index" },
  index = index { "city", "City",
    group { "economy", "Economy", weight = 2, indicator { "income", "Income" }, indicator { "jobs", "Jobs" } },
    group { "nature", "Nature", weight = 2, indicator { "air", "Air" }, indicator { "water", "Water" } },
    group { "safety", "Safety", weight = 1, indicator { "fire", "Fire" }, indicator { "traffic", "Traffic" } },
  },
  outputs = { "area", "score", "rank" },
  compute = function(a)
    local marks, i = a.data.marks, a.index
    local area = choose(labels "area", {
      economy = combine.weighted_mean(marks, i),              -- income may compensate for jobs
      nature  = combine.geometric(marks, i),                  -- clean air compensates only partly for foul water
      safety  = min(marks, "indicator", { by = i.area }),     -- the weakest indicator counts
    })
    local score = combine.weighted_mean(area, i)
    return { area = round(area, 2), score = round(score, 2), rank = rank(score, "unit") }
  end,
}
