return assessment {
  id = "t", title = "A table", cite = "(1)",
  data = { t = csv("repeated.csv", { rows = "unit", label = "name" }) },  --> D04:21
  compute = function(a) return { score = a.data.t.x + a.data.t.y } end,
}
