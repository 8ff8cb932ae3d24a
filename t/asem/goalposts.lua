-- Goalposts from the columns of the metadata, cut off at both; for lower = better they change places.

local combine, normalise = require "methods.combine", require "methods.normalise"

return assessment {
  id = "asem-goalposts", title = "ASEM between goalposts",
  data = { treated = csv("Treated.csv", { unit = "uCode" }) },
  levels = { "indicator", "pillar", "sub_index", "index" },
  index = index_from_csv "iMeta_with_norm_paras.csv",
  compute = function(a)
    local i = a.index
    local lower = i.better:eq "lower"
    local normalised = normalise.goalposts(a.data.treated, {
      low = where(lower, i.goalpost_upper, i.goalpost_lower), high = where(lower, i.goalpost_lower, i.goalpost_upper),
    })
    local pillar = combine.weighted_mean(normalised, i)
    local sub_index = combine.weighted_mean(pillar, i)
    return { normalised = normalised, pillar = pillar, sub_index = sub_index, index = combine.weighted_mean(sub_index, i) }
  end,
}
