-- The alternatives of the recorded draws of COINr: imputation, the points that may be winsorised, normalisation, weights.

local combine, denominate = require "methods.combine", require "methods.denominate"
local impute, normalise, treat = require "methods.impute", require "methods.normalise", require "methods.treat"

return assessment {
  id = "asem-sa", title = "ASEM, four uncertain inputs",
  data = {
    raw = csv("asem_iData.csv", { unit = "uCode", carry = { "uName", "Time", "GDP_group", "GDPpc_group",
      "Pop_group", "EurAsia_group", "Area", "Energy", "GDP", "Population" } }),
  },
  levels = { "indicator", "pillar", "sub_index", "index" },
  index = index_from_csv "asem_iMeta.csv",
  params = { impute = "group", most = 5, normalise = "minmax" },
  show = { score = "index" },

  compute = function(a)
    local i, p = a.index, a.params
    local denominated = denominate.each(a.data.raw, i, { "Area", "Energy", "GDP", "Population" })
    local filled = choose(p.impute, {
      group = impute.group_mean(denominated, a.data.raw:carried "EurAsia_group"),
      all = impute.mean(denominated), median = impute.median(denominated),
      group_median = impute.group_median(denominated, a.data.raw:carried "EurAsia_group"),
    })
    local treated = treat.winsorise_or_log(filled, { most = p.most })
    local normalised = choose(p.normalise, {
      minmax = normalise.minmax(treated, i, { from = 1, to = 100 }),
      zscore = 10 + 2 * normalise.zscore(treated, i),
    })
    local pillar = combine.weighted_mean(normalised, i)
    local sub_index = combine.weighted_mean(pillar, i)
    local total = combine.weighted_mean(sub_index, i)
    return { normalised = normalised, pillar = pillar, sub_index = sub_index, index = total, rank = rank(total, "unit") }
  end,
}
