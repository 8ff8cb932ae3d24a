-- A wide file of which the rules need one column: the others are not read.
return assessment {
  id = "load_one", title = "Load a column",
  data = { observed = csv("../../build/bench/wide-1000000.csv", { rows = "row" }) },
  compute = function(a) return { total = sum(a.data.observed.ind_49, "row") } end,
}
