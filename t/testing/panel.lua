-- A small index for the tests of the runner: two indicators, one of them the better the lower.
return assessment {
  id = "panel", title = "Panel",
  data = { observed = csv("panel.csv", { unit = "unit", indicator = "indicator", year = "year", value = "value" }) },
  params = { year = 2020, cap = 100, pass = 60 },
  index = index { "all", "All",
    group { "P", "Pillar",
      indicator { "p1", "Output", better = "higher", weight = 3, standard = 50 },
      indicator { "p2", "Waste", better = "lower", weight = 1, standard = 20 },
    },
  },
  compute = function(a)
    local x      = a.data.observed:upto { year = a.params.year }
    local lower  = a.index.better:eq("lower")
    local scores = least(100 * where(lower, a.index.standard / x, x / a.index.standard), a.params.cap)
    local total  = mean(scores, "indicator", { weights = a.index.weight })
    return {
      scores = scores, total = total, rank = rank(total, "unit"), pass = total:ge(a.params.pass),
      grade = where(total:ge(90), "good", where(total:ge(60), "fair", "poor")),
      spread = max(total, "unit") - min(total, "unit"),
    }
  end,
}
