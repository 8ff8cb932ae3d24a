-- 面板数据：各城市各年合在一起求熵权，与专家排序的权重组合，再看每个城市的主要障碍。
local normalise, combine = require "methods.normalise", require "methods.combine"
local weigh, experts = require "methods.weigh", require "methods.experts"

return assessment {
  id = "panel", title = "城市韧性：组合赋权与障碍度",
  data = { figures = csv("panel.csv", { unit = "城市", year = "年份" }) },
  levels = { "indicator", "system", "index" },
  params = { year = 2022 },
  index = index { "city", "城市韧性",
    group { "economy", "经济", indicator { "income", "人均收入" }, indicator { "tax", "财政自给率" } },
    group { "works", "设施", indicator { "pipes", "排水管网密度" }, indicator { "loss", "管网漏损率", better = "lower" } },
  },
  outputs = { "entropy", "judged", "weight", "score", "rank", "obstacle", "by_system", "main" },
  titles = { entropy = "熵权", judged = "专家权重", weight = "组合权重", obstacle = "障碍度（%）", by_system = "系统障碍度（%）", main = "首要障碍" },
  compute = function(a)
    local x, i, pool = a.data.figures, a.index, { "unit", "year" }
    local scores = normalise.minmax(x, i, { over = pool })                                   -- 各年同一把尺子
    local entropy = weigh.entropy(scores / 100, { over = pool, shift = 0.0001 })
    local judged = experts.ranked(array("indicator", { income = 1, pipes = 2, tax = 3, loss = 4 }))
    local weight = weigh.combined({ entropy, judged }, { method = "game" })                  -- 博弈论组合赋权
    local anew = weigh.using(i, { indicator = weight, system = sum(weight, "indicator", { by = i.system }) })
    local total = combine.weighted_mean(combine.weighted_mean(scores, anew), anew)
    local obstacle, by_system = combine.obstacles(scores:at { year = a.params.year }, anew)
    return { entropy = round(entropy, 4), judged = round(judged, 4), weight = round(weight, 4), score = round(total, 2),
             rank = rank(total, "unit"), obstacle = round(obstacle, 1), by_system = round(by_system, 1), main = argmax(obstacle, "indicator") }
  end,
}
