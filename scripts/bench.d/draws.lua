-- The draws job: 51 units, 49 indicators; three normalisations, weighted means, ranks. Each weight varies by a quarter
-- and all are scaled back; the normalisation is drawn.
local combine, normalise = require "methods.combine", require "methods.normalise"
local indicators = {}
for k = 1, 49 do
  indicators[k] = indicator { "I" .. k, "Indicator " .. k, weight = 1, better = "higher" }
end

return assessment {
  id = "draws", title = "The draws job",
  data = { observed = csv("../../build/bench/draws.csv", { unit = "unit" }) },
  index = index { "all", "All", table.unpack(indicators) },
  params = { normalise = "minmax" }, show = { score = "total", rank = "rank" },
  uncertain = {
    { "*.weight", noise = 0.25 },
    { "params.normalise", one_of = { "minmax", "zscore", "rank" } },
  },
  compute = function(a)
    local x = a.data.observed
    local z = choose(plain(a.params.normalise), {
      minmax = normalise.minmax(x, a.index), zscore = normalise.zscore(x, a.index), rank = normalise.rank(x, a.index),
    })
    local total = combine.weighted_mean(z, a.index)
    return { total = total, rank = rank(total, "unit") }
  end,
}
