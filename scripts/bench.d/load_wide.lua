-- A wide file as a table: every column is read, one is added up so that something is seen of it.
return assessment {
  id = "load_wide", title = "Load a wide file",
  data = { observed = csv("../../build/bench/wide-1000000.csv", { rows = "row" }) },
  compute = function(a) return { total = sum(a.data.observed.ind_49, "row") } end,
}
