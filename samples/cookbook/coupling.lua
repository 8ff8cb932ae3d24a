-- 经济与环境的耦合协调：两个子系统各由指标加权合成，再看二者是否同步。
local mcda, normalise, combine = require "methods.mcda", require "methods.normalise", require "methods.combine"

return assessment {
  id = "coupling", title = "经济与环境的耦合协调度", cite = "廖重斌 1999",
  data = { observed = csv("coupling.csv", { unit = "城市", year = "年份" }) },
  levels = { "indicator", "system", "index" },
  index = index { "city", "城市",
    group { "economy", "经济", weight = 0.5,
      indicator { "income", "人均收入", unit = "万元", low = 1, high = 6, weight = 0.7 },
      indicator { "services", "第三产业比重", unit = "%", low = 30, high = 70, weight = 0.3 } },
    group { "environment", "环境", weight = 0.5,
      indicator { "green", "绿化覆盖率", unit = "%", low = 20, high = 50, weight = 0.5 },
      indicator { "dust", "PM2.5年均浓度", unit = "ug/m3", low = 80, high = 15, weight = 0.5 } },
  },
  outputs = { "coordination", "degree", "coupling", "development" },
  titles = { coordination = "协调度", degree = "等级", coupling = "耦合度", development = "发展度" },
  compute = function(a)
    local scores = normalise.goalposts(a.data.observed, a.index) / 100
    local systems = combine.weighted_mean(scores, a.index)
    local d, t = mcda.coupling(systems, a.index:level "system".weight, { axis = "system" })
    return { coordination = round(d, 4), degree = t.degree, coupling = round(t.coupling, 4), development = round(t.development, 4) }
  end,
}
