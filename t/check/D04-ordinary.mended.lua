-- Caps, grades, counts that a few exceed by far, a year of strong growth: none stands for what is missing.
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { x = csv("ordinary.csv", { unit = "unit" }) },
  compute = function(a) return { score = mean(a.data.x, "indicator") } end,
}
