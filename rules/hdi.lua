-- The Human Development Index as computed since the report of 2014: goalposts, three dimensions, and their
-- geometric mean. Source: UNDP, Human Development Report 2023/2024, technical note 1.

local normalise = require "methods.normalise"
local combine   = require "methods.combine"

-- Income enters as its logarithm, because an additional dollar is worth less at a higher income.
local function logarithmic(x, p)
  return normalise.goalposts(log(x), { low = log(p.low), high = log(p.high) })
end

return assessment {
  id = "hdi", title = "Human Development Index", cite = "UNDP, HDR 2023/2024, technical note 1",
  focus = "CHN",

  data = {
    observed = csv("../samples/hdi/hdi.csv", { unit = "iso3", year = "year", carry = { "country" } }),
  },

  params = { year = 2022 },

  levels = { "indicator", "dimension", "index" },
  index = index { "hdi", "Human Development Index",
    group { "health", "Long and healthy life",
      indicator { "le", "Life expectancy at birth", unit = "years", low = 20, high = 85, score = normalise.goalposts },
    },
    group { "education", "Knowledge", weight = 1,
      indicator { "eys", "Expected years of schooling", unit = "years", low = 0, high = 18, score = normalise.goalposts },
      indicator { "mys", "Mean years of schooling", unit = "years", low = 0, high = 15, score = normalise.goalposts },
    },
    group { "income", "Decent standard of living",
      indicator { "gnipc", "Gross national income per head", unit = "2017 PPP $", low = 100, high = 75000,
        score = logarithmic },
    },
  },

  outputs = { "hdi", "rank", "dimensions", "hdi_by_year" },
  show = { score = "hdi", parts = "dimensions" },
  titles = { hdi = "HDI", rank = "Rank", dimensions = "Dimension indices", hdi_by_year = "HDI of all years" },

  compute = function(a)
    local scores     = normalise.each(a.data.observed, a)                 -- unit × indicator × year, 0–100
    local dimensions = combine.weighted_mean(scores, a.index) / 100       -- unit × dimension × year, 0–1
    -- A country that lacks a component has no index.
    local complete   = combine.coverage(scores, a.index):eq(1)
    local all_years  = round(where(complete, combine.geometric(dimensions, a.index)), 3)
    local hdi        = all_years:at { year = a.params.year }
    return {
      hdi = hdi,
      rank = rank(hdi, "unit"),                                          -- on the rounded value; ties share a rank
      dimensions = dimensions:at { year = a.params.year },
      hdi_by_year = all_years,
    }
  end,
}
