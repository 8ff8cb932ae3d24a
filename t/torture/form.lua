-- The rules of t/vary/three.lua for a form in which figures are faults.
return assessment {
  id = "form", title = "Form",
  data = { observed = csv("form.csv", { unit = "unit", within = { A = { 0, 0.4 }, B = { 0.9, 1 } } }) },
  index = index { "x", "X", indicator { "A", "A" }, indicator { "B", "B" }, indicator { "C", "C" } },
  compute = function(a) return { total = mean(a.data.observed, "indicator") } end,
}
