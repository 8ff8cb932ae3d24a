-- 国际化城市建设分类奖项, a draft: awards for foreigners and citizens with outstanding contributions
-- against 深府〔2011〕68号 五（五）
--
-- The outline keeps 荣誉市民 and orders new awards by category for 外籍人士 and 深圳市民; it names no category, number or
-- criterion, and no organisations. All of that is a proposal here; the list goes to the 推进委员会. What is chosen:
--   Seven members mark from 0 to 100; one highest and one lowest mark are dropped; the mean is rounded half up to
--   two places.
--   Who is made 荣誉市民 in the same year, or belongs to neither group, is not eligible and takes no place.
--   Of those who share the last place of a category, without room for all, none gets the award.

local panel = require "methods.panel"

return assessment {
  id = "2011-awards", title = "国际化城市建设分类奖项评选（2011年度）", cite = "深府〔2011〕68号 五（五）",
  status = "草案", note = "样本人选均为虚构",

  data = {
    categories = csv("../samples/2011/categories.csv", { rows = "category", label = "category" }),
    nominees   = csv("../samples/2011/nominees.csv", {
      rows = "nominee", label = "nominee", labels = { category = "category" },
      text = { "name", "group", "honorary", "merit" },
    }),
    marks      = csv("../samples/2011/award_marks.csv", {
      nominee = "nominee", judge = "judge", value = "mark", within = { mark = { 0, 100 } },
    }),
  },

  params = {
    pass  = 80,                              -- the least mark for an award
    most  = 3,                               -- awards in a category
    panel = { high = 1, low = 1, few = 2 },
    members = 7,                             -- who must have marked, else the mark does not count
  },

  outputs = { "mark", "eligible", "place", "awarded", "reason", "given", "agreement" },
  titles = {
    mark = "评委均分", eligible = "符合参评条件", place = "类内名次", awarded = "获奖", reason = "说明", given = "各类获奖人数",
    agreement = "评委一致性（Kendall W）", nominee = "人选", category = "类别",
  },

  compute = function(a)
    local n, p = a.data.nominees, a.params
    local marks = a.data.marks
    local full = count(marks, "judge"):eq(p.members)
    local mark = round(where(full, panel.trimmed(marks, "judge", p.panel)), 2)

    local known = n.group:eq("外籍人士") | n.group:eq("深圳市民")
    local honorary = present(n.honorary)
    local eligible = coalesce(known, false) & ~honorary
    local passed = eligible & coalesce(mark:ge(p.pass), false)

    -- Places within a category: nominees along one axis, a category along the other, only its own present.
    local own = where(n.category:eq(labels "category"), where(passed, mark)) -- nominee × category
    local function mine(x) return x:at { category = n.category } end
    local place = mine(rank(own, "nominee", { ties = "min" }))
    local awarded = passed & coalesce(mine(rank(own, "nominee", { ties = "max" })):le(p.most), false)

    return {
      mark = mark, eligible = eligible, place = place, awarded = awarded,
      reason = where(awarded, "获奖", where(honorary, "同年度荣誉市民，不参评", where(~eligible, "不属外籍人士或深圳市民",
        where(missing(mark), "评委打分不全", where(~passed, "未达标准分", "超出名额"))))),
      given = coalesce(sum(awarded, "nominee", { by = n.category }), 0),
      agreement = panel.agreement(marks, "nominee", "judge"),
    }
  end,
}
