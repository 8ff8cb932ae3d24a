-- The index job: 50 indicators, every third one better when lower; min-max; weighted means in five
-- dimensions; their geometric mean, no dimension counting under 0.01; ranks.
local dimensions = {}
for k = 1, 5 do
  local members = {}
  for i = 1, 10 do
    local j = (k - 1) * 10 + i - 1
    members[i] = indicator { string.format("ind_%02d", j), "Indicator " .. j,
      weight = 1 + j % 4, better = j % 3 == 0 and "lower" or "higher" }
  end
  dimensions[k] = group { "D" .. k, "Dimension " .. k, weight = 1, table.unpack(members) }
end

return assessment {
  id = "ranks", title = "The index job",
  data = { observed = csv("../../build/bench/wide-1000000.csv", { unit = "unit_id", carry = { "year" } }) },
  index = index { "all", "All", table.unpack(dimensions) }, show = { score = "index" },
  compute = function(a)
    local x = a.data.observed
    local lower = a.index.better:eq("lower")
    local lo, hi = min(x, "unit"), max(x, "unit")
    local worst = where(lower, hi, lo)
    local z = (x - worst) / (where(lower, lo, hi) - worst)
    local areas = mean(z, "indicator", { weights = a.index.weight, by = a.index.group })
    local total = exp(mean(log(greatest(areas, 0.01)), "group"))
    return { index = total, rank = rank(total, "unit") }
  end,
}
