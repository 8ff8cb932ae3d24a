-- Our ranking beside a published one: the places, their differences, and how similar the two rankings are.
local normalise, combine = require "methods.normalise", require "methods.combine"

return assessment {
  id = "compare", title = "Our index and another one",
  data = { ours = csv("compare.csv", { unit = "city" }), other = csv("compare_other.csv", { unit = "city", value = "score" }) },
  index = index { "city", "City", indicator { "income", "Income" }, indicator { "research", "Research" } },
  outputs = { "ours", "theirs", "apart", "common", "spearman", "kendall", "p" },
  titles = { ours = "Our rank", theirs = "Their rank", apart = "Places apart", common = "Cities in both",
             spearman = "Spearman's rho", kendall = "Kendall's tau", p = "p by chance" },
  compute = function(a)
    local mine = combine.weighted_mean(normalise.minmax(a.data.ours, a.index), a.index)
    local score, other = where(present(a.data.other), mine), where(present(mine), a.data.other)    -- only cities in both
    local ours, theirs = rank(score, "unit"), rank(other, "unit")
    local rho, tau = correlate(score, other, "unit", { method = "spearman" }), correlate(score, other, "unit", { method = "kendall" })
    local n = count(score, "unit")
    return { ours = ours, theirs = theirs, apart = theirs - ours, common = n, spearman = round(rho, 4), kendall = round(tau, 4),
             p = round(2 * kendall_p(-abs(tau), n), 4) }
  end,
}
