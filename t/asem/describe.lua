-- What the reference has besides the pipeline: statistics, correlations, alpha. Beside asem.lua.

local describe, combine = require "methods.describe", require "methods.combine"
local normalise, denominate = require "methods.normalise", require "methods.denominate"
local impute, treat, weigh = require "methods.impute", require "methods.treat", require "methods.weigh"

-- An index of one level: everything along an axis counts alike.
local function all(axis)
  return { level = function() return { axis = axis, weight = where(present(labels(axis)), 1) } end }
end

return assessment {
  id = "asem-describe", title = "ASEM, described",
  data = {
    raw = csv("asem_iData.csv", { unit = "uCode", carry = { "uName", "Time", "GDP_group", "GDPpc_group",
      "Pop_group", "EurAsia_group", "Area", "Energy", "GDP", "Population" } }),
  },
  levels = { "indicator", "pillar", "sub_index", "index" },
  index = index_from_csv "asem_iMeta.csv",
  compute = function(a)
    local i, raw = a.index, a.data.raw
    local denominated = denominate.each(raw, i, { "Area", "Energy", "GDP", "Population" })
    local imputed = impute.group_mean(denominated, raw:carried "EurAsia_group")
    local treated = treat.winsorise_or_log(imputed)
    local normalised = normalise.minmax(treated, i)
    local pillar = combine.weighted_mean(normalised, i)
    local sub_index = combine.weighted_mean(pillar, i)
    local total = combine.weighted_mean(sub_index, i)
    local screened = describe.units(imputed)
    local subs = i:level("pillar").parent
    local of_leaf = subs:at { pillar = i.pillar }
    local function alpha(x, by, axis) return describe.alpha(x, "indicator", { by = by, axis = axis, pairwise = true }) end
    local out = {
      copeland_indicators = combine.copeland(normalised, all("indicator")), copeland_pillars = combine.copeland(pillar, all("pillar")),
      effective_indicator = weigh.effective(i, "indicator"), effective_pillar = weigh.effective(i, "pillar"),
      effective_sub_index = weigh.effective(i, "sub_index"), enough = combine.enough(denominated, i, 2 / 3),
      group_rank = rank(total, "unit", { within = raw:carried "GDP_group" }),
      group_rank_pillar = rank(pillar, "unit", { within = raw:carried "GDP_group" }),
      alpha_raw_pillar = alpha(raw, i.pillar, "pillar"), alpha_raw_sub = alpha(raw, of_leaf, "sub_index"),
      alpha_raw = alpha(raw), alpha_complete = describe.alpha(raw, "indicator", { by = i.pillar, axis = "pillar" }),
      alpha_pillar = alpha(normalised, i.pillar, "pillar"), alpha_sub = alpha(normalised, of_leaf, "sub_index"),
      alpha = describe.alpha(normalised, "indicator"),
      alpha_pillars_sub = describe.alpha(pillar, "pillar", { by = subs, axis = "sub_index" }),
      alpha_pillars = describe.alpha(pillar, "pillar"), alpha_subs = describe.alpha(sub_index, "sub_index"),
    }
    for name, value in pairs(screened) do out["unit_" .. name] = value end
    for name, value in pairs(describe.statistics(raw)) do out["raw_" .. name] = value end
    for name, value in pairs(describe.statistics(treated)) do out["treated_" .. name] = value end
    for _, method in ipairs { "pearson", "spearman" } do
      local r, n = describe.correlations(normalised, "indicator", method)
      out[method], out[method .. "_p"] = r, describe.significance(r, n)
    end
    return out
  end,
}
