-- 完成率换算：正向、逆向、降幅三类指标先换算为完成率，再折算得分。
local normalise = require "methods.normalise"

return assessment {
  id = "completion", title = "年度目标完成率换算",
  data = { tasks = csv("completion.csv", { rows = "指标", label = "指标" }) },
  params = { most = 110 },
  outputs = { "rate", "points", "stepped", "total" },
  titles = { rate = "完成率", points = "按比例得分", stepped = "按档得分", total = "总分" },
  compute = function(a)
    local t = a.data.tasks
    local rate = choose(t.kind, {
      ["正向"] = 100 * t.done / t.target,                               -- 越高越好：完成值 / 目标值
      ["逆向"] = 100 * t.target / t.done,                               -- 越低越好：目标值 / 完成值
      ["降幅"] = 100 * (t.base - t.done) / (t.base - t.target),         -- 由基数降到目标：已降 / 应降
    })
    local points = t.full * clamp(rate, 0, a.params.most) / 100         -- 超额完成最多按110%计，倒退计0分
    local stepped = t.full * normalise.stepped(rate, { steps = { { 100, 100 }, { 90, 80 }, { 60, 50 } } }) / 100
    return { rate = round(rate, 2), points = round(points, 2), stepped = round(stepped, 2), total = sum(round(points, 2), "指标") }
  end,
}
