-- 国际化城市建设分类奖项, a draft: awards for foreigners and citizens with outstanding contributions
-- under 深府〔2011〕68号 五（五）
--
-- The outline keeps 荣誉市民 and requires new awards by category for 外籍人士 and 深圳市民. It gives no categories, numbers or
-- criteria, and no organisations. All of these are proposals here; the list goes to the 推进委员会. The choices:
--   Seven members give marks from 0 to 100. One highest and one lowest mark are dropped, and the mean is rounded half
--   up to two places.
--   A nominee who is made 荣誉市民 in the same year, or belongs to neither group, is not eligible and takes no place.
--   If several share the last place of a category and there is not room for all, none of them gets the award.

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
    pass  = 80,                              -- the lowest mark for an award
    most  = 3,                               -- the most awards in a category
    panel = { high = 1, low = 1, few = 2 },
    members = 7,                             -- all members must give a mark; otherwise there is no mean
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

    -- Places within a category; with ties = "max", all that share a place have its last number.
    local ranked = where(passed, mark)
    local place = rank(ranked, "nominee", { within = n.category })
    local awarded = passed & coalesce(rank(ranked, "nominee", { within = n.category, ties = "max" }):le(p.most), false)

    return {
      mark = mark, eligible = eligible, place = place, awarded = awarded,
      -- The first reason that applies.
      reason = coalesce(
        where(awarded, "获奖"), where(honorary, "同年度荣誉市民，不参评"), where(~eligible, "不属外籍人士或深圳市民"),
        where(missing(mark), "评委打分不全"), where(~passed, "未达标准分"), "超出名额"),
      given = coalesce(sum(awarded, "nominee", { by = n.category }), 0),
      agreement = panel.agreement(marks, "nominee", "judge"),
    }
  end,
}
