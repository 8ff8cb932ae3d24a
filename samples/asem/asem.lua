-- The ASEM Sustainable Connectivity index as the R package COINr 1.1 builds it (Becker et al. 2022, JOSS 7(78)):
-- 51 countries, 49 indicators. The data is not part of this project; see samples/asem/README.md.

local combine, denominate = require "methods.combine", require "methods.denominate"
local impute, normalise, treat = require "methods.impute", require "methods.normalise", require "methods.treat"

local sizes = { "Area", "Energy", "GDP", "Population" }

return assessment {
  id = "asem", title = "ASEM Sustainable Connectivity", cite = "EU JRC, ASEM portal",
  data = {
    raw = csv("asem_iData.csv", { unit = "uCode", carry = { "uName", "Time", "GDP_group", "GDPpc_group",
      "Pop_group", "EurAsia_group", "Area", "Energy", "GDP", "Population" } }),
  },
  levels = { "indicator", "pillar", "sub_index", "index" },
  index = index_from_csv "asem_iMeta.csv",

  -- Choices that --set can change, one for each level where levels can differ.
  params = { normalise = "minmax", from = 0, to = 100,
             pillars = "arithmetic", sub_indexes = "arithmetic", total = "arithmetic", power = 0.5 },
  show = { score = "index", parts = "sub_index", details = "normalised", treated = "changed" },

  compute = function(a)
    local i, p = a.index, a.params
    local denominated = denominate.each(a.data.raw, i, sizes)
    local filled = impute.group_mean(denominated, a.data.raw:carried "EurAsia_group")
    local treated, t = treat.winsorise_or_log(filled)

    local normalised = choose(p.normalise, {
      minmax = normalise.minmax(treated, i, { from = p.from, to = p.to }),
      zscore = normalise.zscore(treated, i), rank = normalise.rank(treated, i),
      borda = normalise.borda(treated, i), percentile = normalise.percentile(treated, i) / 100,
    })
    local function up(x, method)
      return choose(method, {
        arithmetic = combine.weighted_mean(x, i), geometric = combine.geometric(x, i),
        harmonic = combine.harmonic(x, i), power = combine.power(x, i, p.power), copeland = combine.copeland(x, i),
      })
    end
    local pillar = up(normalised, p.pillars)
    local sub_index = up(pillar, p.sub_indexes)
    local total = up(sub_index, p.total)
    local out = {
      raw = a.data.raw, denominated = denominated, filled = filled, treated = treated, normalised = normalised,
      imputed = impute.marks(denominated, filled), changed = treat.marks(filled, treated),
      pillar = pillar, sub_index = sub_index, index = total,
      rank = rank(total, "unit"), rank_sub_index = rank(sub_index, "unit"),
      rank_pillar = rank(pillar, "unit"), rank_indicator = rank(normalised, "unit"),
    }
    for name, array in pairs(t) do out[name] = array end   -- what was treated, and why
    return out
  end,
}
