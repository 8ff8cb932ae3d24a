return assessment { id = "o", title = "Office",
  data = { x = csv("zh/y.csv", { unit = "unit", indicator = "indicator", value = "y" }) },
  compute = function(a) return { y = a.data.x } end }
