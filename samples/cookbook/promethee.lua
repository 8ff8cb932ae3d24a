-- Choose a site for a depot; differences that are too small to matter do not count (PROMETHEE).
local mcda = require "methods.mcda"

return assessment {
  id = "promethee", title = "Sites for a depot", cite = "Brans, Vincke and Mareschal 1986",
  data = { sites = csv("promethee.csv", { unit = "site" }) },
  levels = { "indicator", "index" },
  attributes = { "shape", "indifferent", "preferred" },
  index = index { "site", "Site",
    indicator { "rent", "Rent", unit = "yuan/m2", better = "lower", weight = 0.5,
                shape = "linear", indifferent = 2, preferred = 10 },    -- up to 2 yuan do not count, 10 count fully
    indicator { "road", "Minutes to the motorway", unit = "min", better = "lower", weight = 0.3,
                shape = "v", preferred = 20 },
    indicator { "permit", "Permit at hand", unit = "0/1", weight = 0.2 },    -- any difference counts fully
  },
  outputs = { "rank", "net", "plus", "minus", "relation" },
  compute = function(a)
    local i = a.index
    local net, t = mcda.promethee(a.data.sites, i.weight, i.better,
      { shape = i.shape, q = i.indifferent, p = i.preferred })
    return { net = round(net, 4), plus = round(t.plus, 4), minus = round(t.minus, 4),
             relation = t.relation, rank = rank(round(net, 9), "unit") }
  end,
}
