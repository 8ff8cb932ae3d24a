-- Two indicators, two stages; every change that a test may or may not notice is counted in t/mutate.t.
return assessment {
  id = "small", title = "Small",
  stages = {
    { "one", from = 2020, to = 2024 },
    { "two", from = 2025, to = 2030 },
  },
  data = {
    observed = csv("small.csv", { unit = "unit", indicator = "indicator", value = "value" }),
  },
  params = {
    cap = 100,
    pass = 60,
    spare = 7,
  },
  index = index { "all", "All",
    group { "A", "First",
      indicator { "A1", "Income", better = "higher", weight = 2, standard = { one = 50, two = 80 } },
      indicator { "A2", "Waste", better = "lower", weight = 1, standard = { one = 10, two = 5 } },
    },
  },
  compute = function(a)
    local x = a.data.observed
    local score = where(a.index.better:eq("higher"),
                        100 * x / a.index.standard,
                        100 * a.index.standard / x)
    score = least(score, a.params.cap)
    local total = sum(score * a.index.weight, "indicator") / sum(a.index.weight, "indicator")
    return { score = score, total = total, pass = total:ge(a.params.pass) }
  end,
}
