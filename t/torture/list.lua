-- Patterns, ranks and a report of sixty units, for t/torture.pm.
local combine = require "methods.combine"
return assessment {
  id = "list", title = "List", levels = { "indicator", "index" },
  data = {
    observed = csv("list.csv", { unit = "unit", indicator = "indicator", value = "value" }),
    note = csv("note.csv", { rows = "unit", label = "unit" }),
  },
  index = index { "all", "All", indicator { "a", "A", weight = 2 }, indicator { "b", "B" } },
  outputs = { "total", "rank", "late" }, show = { score = "total", rank = "rank" },
  compute = function(a)
    local total = combine.weighted_mean(a.data.observed, a.index)
    return { total = total, rank = rank(total, "unit"), late = matches(a.data.note.text, "late$") }
  end,
}
