-- 医院工作质量分档：秩和比法，三档。
local mcda = require "methods.mcda"

return assessment {
  id = "rsr", title = "医院工作质量的秩和比评价", cite = "田凤调 1988",
  data = { work = csv("rsr.csv", { unit = "医院" }) },
  levels = { "indicator", "index" },
  index = index { "hospital", "医院",
    indicator { "cured", "治愈率", unit = "%" },
    indicator { "died", "病死率", unit = "%", better = "lower" },
    indicator { "turnover", "病床周转次数", unit = "次" },
    indicator { "stay", "平均住院日", unit = "日", better = "lower" },
  },
  outputs = { "rsr", "tier", "probit", "fitted" },
  titles = { rsr = "秩和比", tier = "档次", probit = "概率单位", fitted = "回归估计值" },
  compute = function(a)
    local rsr, t = mcda.rsr(a.data.work, nil, a.index.better, { tiers = 3 })
    return { rsr = round(rsr, 4), tier = t.tier, probit = round(t.probit, 4), fitted = round(t.fitted, 4) }
  end,
}
