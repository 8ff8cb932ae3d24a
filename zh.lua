return assessment { id = "o", title = "办公",
  data = { x = csv("office.csv", { unit = "unit", indicator = "indicator", value = "value" }) },
  compute = function(a) return { y = a.data.x } end }
