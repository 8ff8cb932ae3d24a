-- The ASEM index with the four inputs of COINr's example of an uncertainty analysis: imputation, normalisation,
-- aggregation and weights.
local combine, denominate = require "methods.combine", require "methods.denominate"
local impute, normalise, treat = require "methods.impute", require "methods.normalise", require "methods.treat"

return assessment {
  id = "asem-draws", title = "ASEM, four uncertain inputs",
  data = {
    raw = csv("asem_iData.csv", { unit = "uCode", carry = { "uName", "Time", "GDP_group", "GDPpc_group",
      "Pop_group", "EurAsia_group", "Area", "Energy", "GDP", "Population" } }),
  },
  levels = { "indicator", "pillar", "sub_index", "index" },
  index = index_from_csv "asem_iMeta.csv",
  params = { impute = "group", normalise = "minmax", combine = "mean" },
  show = { score = "index", rank = "rank" },
  uncertain = {
    { "params.impute", one_of = { "group", "group_median" } },
    { "params.normalise", one_of = { "minmax", "zscore" } },
    { "params.combine", one_of = { "mean", "geometric" } },
    { "*.weight", noise = 0.25 },
  },

  compute = function(a)
    local i, p = a.index, a.params
    local denominated = denominate.each(a.data.raw, i, { "Area", "Energy", "GDP", "Population" })
    local group = a.data.raw:carried "EurAsia_group"
    local filled = choose(p.impute, {
      group = impute.group_mean(denominated, group), group_median = impute.group_median(denominated, group),
    })
    local treated = treat.winsorise_or_log(filled, { most = 5 })
    local normalised = choose(p.normalise, {
      minmax = normalise.minmax(treated, i, { from = 1, to = 100 }),
      zscore = 10 + 2 * normalise.zscore(treated, i),
    })
    local x = normalised
    for _ = 1, 3 do x = choose(p.combine, { mean = combine.weighted_mean(x, i), geometric = combine.geometric(x, i) }) end
    return { index = x, rank = rank(x, "unit") }
  end,
}
