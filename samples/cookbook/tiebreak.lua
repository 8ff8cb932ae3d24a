-- 同分不同名次：总分（保留两位）相同的，先比重点工作分，再比扣分少，仍相同的并列。
local grade = require "methods.grade"

return assessment {
  id = "tiebreak", title = "同分不同名次的处理",
  data = { marks = csv("tiebreak.csv", { rows = "unit", label = "街道" }) },
  outputs = { "score", "rank", "decided" },
  titles = { score = "总分", rank = "名次", decided = "同分的依据" },
  compute = function(a)
    local m = a.data.marks
    local total = round(m.daily + m.key - m.off, 2)                       -- 先取两位小数，再排名次
    local by_total = rank(total, "unit")
    local by_key = grade.order({ total, m.key }, "unit")
    local place = grade.order({ total, m.key, { m.off, "ascending" } }, "unit")
    local function shared(r) return sum(r:eq(r:as { unit = "other" }), "other"):gt(1) end    -- 这一名次不止一家
    local decided = where(shared(by_total), coalesce(where(~shared(by_key), "重点工作分"), where(~shared(place), "扣分"), "并列"))
    return { score = total, rank = place, decided = decided }
  end,
}
