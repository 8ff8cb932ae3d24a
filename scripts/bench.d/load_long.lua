-- A long file as a table of its four columns, the texts among them numbered.
return assessment {
  id = "load_long", title = "Load a long file",
  data = { observed = csv("../../build/bench/long-2000000.csv", { rows = "row" }) },
  compute = function(a) return { total = sum(a.data.observed.value, "row") } end,
}
