-- Rules on which every kind of test has something to do.
return assessment {
  id = "kinds", title = "Kinds",
  data = { x = csv("kinds.csv", { unit = "unit", indicator = "indicator", year = "year", value = "value" }) },
  params = { year = 2020, cap = 100, round = true },
  index = index { "all", "All",
    group { "P", "Pillar",
      indicator { "p1", "Output", better = "higher", weight = 3, standard = 50 },
      indicator { "p2", "Waste", better = "lower", weight = 1, standard = 20 },
    },
  },
  compute = function(a)
    local x      = greatest(a.data.x:upto { year = a.params.year }, 0.001)
    local lower  = a.index.better:eq("lower")
    local scores = least(100 * where(lower, a.index.standard / x, x / a.index.standard), a.params.cap)
    local total  = mean(scores, "indicator", { weights = a.index.weight })
    return { scores = scores, total = total, rank = rank(total, "unit"), pass = total:ge(60) }
  end,
}
