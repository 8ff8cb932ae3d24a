-- Operations that have formulas in worksheets: t/book.t recalculates them.
return assessment {
  id = "operations", title = "Operations", params = { k = 2, cut = 3.5, places = 1 },
  data = { d = csv("operations.csv", { unit = "unit", year = "year" }) },
  compute = function(p)
    local x, k = p.data.d, p.params.k
    local a, b = x:at { indicator = "a" }, x:at { indicator = "b" }
    local r = {}
    r.plus, r.minus, r.times, r.over, r.power = a + b, a - b * k, a * b, a / b, abs(a) ^ k
    r.negative, r.rest = -a, abs(a) % k
    r.logs, r.roots, r.tens, r.grown = log(abs(a) + 1), sqrt(abs(a)), log10(abs(b) + 1), exp(b / 10)
    r.signs = sign(b)
    r.places, r.up, r.down, r.floors, r.ceils = round(a / 3, 1), round(a / 3, 1, { mode = "up" }), round(a / 3, 1, { mode = "down" }), floor(a / 3), ceil(a / 3)
    r.between, r.smaller, r.larger = clamp(a, 0, p.params.cut), least(a, b), greatest(a, b)
    r.less, r.same, r.both = a:lt(b), a:eq(7.5), a:gt(k) & b:gt(0)
    r.either, r.no = a:gt(k) | b:gt(4), ~a:gt(k)
    r.chosen, r.filled = where(a:gt(p.params.cut), a, b), coalesce(a, b, 0)
    r.there, r.gone = present(a), missing(a)
    for name, f in pairs { sums = sum, means = mean, medians = median, smallest = min, largest = max, counts = count, sds = std, variances = var } do
      r[name] = f(a, "year")
    end
    r.quartile, r.pooled = quantile(a, "unit", 0.25), sum(a, { "unit", "year" }) / count(a, { "unit", "year" })
    r.anys, r.alls = any(a:gt(k), "year"), all(a:gt(k), "year")
    r.firsts, r.lasts = first(a, "year"), last(a, "year")
    r.skews, r.kurts = skewness(b, "unit"), kurtosis(a, "unit")
    r.weighted = mean(a, "year", { weights = x:at { indicator = "b" } + 3 })
    for _, ties in ipairs { "min", "max", "dense", "average", "first" } do r["rank_" .. ties] = rank(a, "unit", { ties = ties }) end
    r.ascending = rank(a, "unit", { order = "ascending" })
    r.running, r.before, r.kept, r.sorted = cumsum(b, "year"), lag(a, "year"), fill(a, "year"), sort(a, "unit")
    r.limited = fill(a, "year", { limit = 1 })
    r.best = argmax(b, "year")
    r.total = mean(a, "year")
    return r
  end,
}
