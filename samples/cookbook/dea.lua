-- Districts that do more with less: data envelopment, with constant and with variable returns to scale.
local mcda = require "methods.mcda"

return assessment {
  id = "dea", title = "Efficiency of district services", cite = "Charnes, Cooper and Rhodes 1978; Banker, Charnes and Cooper 1984",
  data = { figures = csv("dea.csv", { unit = "district" }) },
  levels = { "indicator", "index" },
  attributes = { "role" },
  index = index { "district", "District",
    indicator { "staff", "Staff", unit = "persons", role = "input" },
    indicator { "budget", "Budget", unit = "million yuan", role = "input" },
    indicator { "cases", "Cases settled", unit = "cases", role = "output" },
  },
  outputs = { "constant", "variable", "scale" },
  titles = { constant = "Efficiency", variable = "of which technical", scale = "of which scale" },
  compute = function(a)
    local constant = mcda.ccr(a.data.figures, a.index.role)
    local variable = mcda.bcc(a.data.figures, a.index.role)
    return { constant = round(constant, 4), variable = round(variable, 4), scale = round(constant / variable, 4) }
  end,
}
