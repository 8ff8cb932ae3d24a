-- Missing figures are filled and an outlier is winsorised before the counties are compared; the report marks both.
local impute, treat = require "methods.impute", require "methods.treat"
local normalise, combine = require "methods.normalise", require "methods.combine"

return assessment {
  id = "treated", title = "Counties, with gaps and an outlier",
  data = { raw = csv("treated.csv", { unit = "county", carry = { "region" } }) },
  index = index { "county", "County",
    indicator { "income", "Income per head", unit = "thousand yuan" },
    indicator { "doctors", "Doctors", unit = "per 1,000" },
    indicator { "exports", "Exports", unit = "million yuan" },
  },
  outputs = { "score", "plain", "filled", "tamed" },
  titles = { plain = "Score untreated", filled = "Imputed", tamed = "Winsorised" },
  compute = function(a)
    local raw, index = a.data.raw, a.index
    local whole = impute.group_median(raw, raw:carried "region")     -- the median of the region
    local calm = treat.winsorise(whole, { most = 2 })                -- at most two values, while the indicator is skewed
    local function index_of(x) return round(combine.weighted_mean(normalise.minmax(x, index), index), 2) end
    local imputed, treated = impute.marks(raw, whole), treat.marks(whole, calm)
    return { score = index_of(calm), plain = index_of(raw), imputed = imputed, treated = treated,
             filled = where(imputed, whole), tamed = where(treated, calm) }
  end,
}
