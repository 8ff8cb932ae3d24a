-- Every operation of the algebra once, for t/explain_ops.c and t/explain.pl: an output is called as the
-- operation (with what it is applied to behind, where it stands more than once).
return assessment {
  id = "ops", title = "Operations", cite = "Act 9",
  data = {
    figures = csv("figures.csv", { unit = "unit", indicator = "indicator", year = "year", value = "value",
                                   carry = { "status" } }),
    tasks = csv("tasks.csv", { rows = "task", label = "task" }),
  },
  params = { year = 2011, least = 45, most = 60, day = date "2011-12-31", mild = true, places = 1 },
  index = index { "all", "All",
    group { "G", "One", indicator { "p", "P", weight = 3, cite = "(1)" }, indicator { "q", "Q", weight = 1 } },
    group { "H", "Other", indicator { "r", "R", weight = 4 } },
  },
  show = { score = "mean" },

  compute = function(a)
    local s = a.data.figures                             -- unit × indicator × year
    local p = s:at { indicator = "p", year = 2010 }      -- Ahai 40, Bohe 80, Cize 60, Dahe 20
    local q = s:at { indicator = "q", year = 2011 }      -- Ahai missing, Bohe 9, Cize 6, Dahe 2
    local years = s:at { indicator = "p" }               -- Ahai 40, 50; Bohe 80; Cize 60, 70; Dahe 20
    local x = s:at { year = 2010 }                       -- p as above; Ahai 3, Bohe 8, Cize 5, Dahe missing
    local t = a.data.tasks
    local o = {}

    -- element by element
    o.neg, o.abs, o.exp, o.log = -p, abs(q - p), exp(q / 9), log(p)
    o.log10, o.sqrt, o.sign, o.trunc = log10(p), sqrt(p), sign(60 - p), trunc(p / -15)
    o["not"], o.missing, o.present = ~p:ge(60), missing(q), present(q)
    o.add, o.sub, o.mul, o.div = p + q, p - (q - 1), p * (q + 1), p / q
    o.mod, o.pow = p % 7, p ^ 2
    o.lt, o.le, o.gt, o.ge = p:lt(60), p:le(a.params.most), p:gt(60), p:ge(a.params.least)
    o.eq, o.ne = p:eq(80), p:ne(80)
    o["and"], o["or"] = p:ge(60) & q:lt(9), p:lt(60) | q:lt(9)
    o.least, o.greatest = least(p, 10 * q, 85), greatest(p, 10 * q)
    o.coalesce = coalesce(q, a.params.least)
    o.round, o.round_half_even = round(p / 16, a.params.places), round(p / 32, { mode = "half_even" })
    o.round_half_down = round(p / 32, { mode = "half_down" })
    o.round_up, o.round_down = round(p / 7, 1, { mode = "up" }), round(p / 7, 1, { mode = "down" })
    o.floor, o.ceil = floor(p / 7), ceil(p / 7)
    o.where = where(p:ge(60) & a.params.mild, p - 1, q)
    o.clamp = clamp(p, a.params.least, a.params.most)

    -- along an axis
    o.sum, o.count = sum(x, "indicator"), count(x, "indicator")
    o.min, o.max = min(p, "unit"), max(p, "unit")
    o.any, o.all = any(p:ge(60), "unit"), all(p:ge(60), "unit")
    o.first, o.last = first(years, "year"), last(years, "year")
    o.argmin, o.argmax = argmin(p, "unit"), argmax(p, "unit")
    o.median, o.quantile = median(p, "unit"), quantile(p, "unit", 0.25)
    o.weighted_sum = sum(x, "indicator", { weights = a.index.weight })
    o.by_sum = sum(x * a.index.weight, "indicator", { by = a.index.group })
    o.by_count = count(t.done, "task", { by = t.lead })
    o.by_max = max(t.points, "task", { by = t.lead })
    o.within = t.points - mean(t.points, "task", { within = t.lead })

    -- composed
    o.mean = mean(x, "indicator", { weights = a.index.weight })
    o.mean_plain, o.mean_zero = mean(p, "unit"), mean(q, "unit", { missing = "zero" })
    o.mean_weighted_zero = mean(x, "indicator", { weights = a.index.weight, missing = "zero" })
    o.mean_by = mean(x, "indicator", { weights = a.index.weight, by = a.index.group })
    o.var, o.std = var(p, "unit"), std(p, "unit", { divisor = "n" })
    o.var_weighted = var(x, "indicator", { weights = a.index.weight, divisor = "n" })
    o.skewness, o.kurtosis = skewness(x, "unit"), kurtosis(x, "unit")
    o.correlate = correlate(p, q, "unit")
    o.upto, o.upto_label = years:upto { year = a.params.year }
    o.dot = dot(p, q, "unit")

    -- keeping the axis
    o.rank, o.rank_from_below = rank(p, "unit"), rank(q, "unit", { order = "ascending" })
    o.rank_within = rank(t.points, "task", { within = t.lead })
    o.cumsum, o.lag = cumsum(p, "unit"), lag(years, "year")
    o.fill, o.interpolate = fill(years, "year"), interpolate(q, "unit", { ends = "constant" })
    o.sort = sort(q, "unit")

    -- choosing
    o.slice = s:at { indicator = "q", year = 2010 }
    o.gather = s:carried("status"):at { indicator = "p", year = o.upto_label }
    o.rename = sum(where(p:gt(p:as { unit = "other" }), 1, 0), "other")
    o.only = p:only { unit = { "Ahai" } }
    o.labels = where(labels("unit"):eq("Ahai"), p)

    -- functions of the host
    o.lookup, o.lookup_each = matches(t.evidence, "印发|建成"), each(function(v) return v + 1 end, p)
    o.matrix, o.matrix_value = principal(p / p:as { unit = "other" }, "unit", "other")
    o.date, o.text = t.done:gt(a.params.day), where(p:ge(60), "pass", "fail")
    return o
  end,
}
