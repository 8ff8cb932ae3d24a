-- A long file as a table of its four columns, the texts among them numbered.
return assessment {
  id = "load_long", title = "Load a long file",
  data = { observed = csv("../../build/bench/long-2000000.csv", { rows = "row" }) },
  compute = function(a)
    local t = a.data.observed
    local read = { t.unit, t.indicator, t.year, t.value }
    return { total = sum(read[4], "row") }
  end,
}
