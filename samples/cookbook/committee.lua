-- 三位专家两两比较，层次分析法定权：先看每个人是否自相矛盾，再取几何平均。
local experts = require "methods.experts"

return assessment {
  id = "committee", title = "专家委员会定权", cite = "Saaty 1980; Aczél and Saaty 1983",
  data = { answers = csv("committee.csv", { rows = "answer" }) },
  index = index { "city", "城市", indicator { "产业", "产业" }, indicator { "生态", "生态" }, indicator { "民生", "民生" } },
  outputs = { "weight", "consistency", "own", "own_consistency", "heard" },
  titles = { weight = "权重", consistency = "一致性比例", own = "个人权重", own_consistency = "个人一致性比例", heard = "采纳" },
  compute = function(a)
    local t = a.data.answers
    local each = experts.compared(t.more, t.less, t.times, "answer", "indicator", { expert = t.expert })    -- 每位专家一个矩阵
    local own, check = experts.ahp(each)                                    -- 一致性比例高于0.1时有警告
    local joint = experts.joint(where(check.consistent, each), "expert")    -- 自相矛盾的不采纳
    local weight, all = experts.ahp(joint)
    return { weight = round(weight, 4), consistency = round(all.cr, 4),
             own = round(own, 4), own_consistency = round(check.cr, 4), heard = check.consistent }
  end,
}
