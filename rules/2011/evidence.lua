-- Marks for the six qualitative indicators of the first edition, from evidence texts.
--
-- A text gets the highest level that one of its sentences earns. Levels and patterns are ours. A sentence
-- that only reports plans (计划…建成, 尚未…设立) does not earn level A, B or C. Levels D and E ignore this
-- rule, because D is for a chosen site or an approved plan. A missing text gives no mark, not level E.
-- The mark is used like any figure and compared with the standard of its indicator (80, later 90).

local M = {}

local guard = "(尚未|未能|没有|并未|拟|计划|争取|力争|准备|筹备)[^。;；]{0,12}(建成|设立|实施|出台|挂牌|举办|完成)"

local function levels(a, b, c, d)
  return {
    guard = guard, cut = "。;；",
    levels = {
      { "A", 95, a }, { "B", 85, b }, { "C", 70, c },
      { "D", 50, d, guard = false }, { "E", 20, ".+", guard = false },
    },
  }
end

M.rubrics = {
  A13 = levels(
    "四个办事处[^。]*(联络|招商|推介|引才)[^。]*(全部|均)[^。]*(落实|开展)",
    "(三|3)个办事处[^。]*(开展|落实)",
    "(两|二|2)个办事处[^。]*(开展|落实)",
    "(方案|规划)[^。]*(印发|审定)"),
  B6 = levels(
    "((签署|建立)[^。]*(机制|协议)|(机制|协议)[^。]*(签署|建立))[^。]*(评估|考核)",
    "((签署|建立)[^。]*(机制|协议)|(机制|协议)[^。]*(签署|建立))",
    "培训[^。]*[0-9]+(人次|期|批)",
    "(方案|计划)[^。]*印发"),
  C11 = levels(
    "(国际|第三方)[^。]*(评价|测评)[^。]*(优秀|前列)",
    "(礼宾府|国际会议中心)[^。]*(建成|投入使用)",
    "(开工|在建)",
    "(选址|立项|规划)"),
  D2 = levels(
    "(法治城市|法治政府)[^。]*(指标|考评)[^。]*(优秀|达标)",
    "(法规|规章)[^。]*(修订|制定|清理)[^。]*完成",
    "(法规|规章)[^。]*(审议|草案)",
    "(立法计划|调研)"),
  E7 = levels(
    "(联合国教科文组织|UNESCO)[^。]*(平台)[^。]*(上线|运行)",
    "(基地|园区)[^。]*(建成|挂牌)",
    "(设计周|成果展)[^。]*举办",
    "(方案|规划)[^。]*印发"),
  E14 = levels(
    "(境外|海外|国际)[^。]*(主流)?媒体[^。]*[0-9]+篇[^。]*评估",
    "(宣传周|推介会)[^。]*(举办|举行)",
    "(专业机构|策划)[^。]*(聘请|签约)",
    "(方案|计划)[^。]*印发"),
}

--- The marks of evidence texts. text: texts over `indicator` and other axes. Result: numbers over the same axes, missing
-- for indicators without a rubric and for missing texts.
function M.marks(text)
  local marks
  for id, levels_of in pairs(M.rubrics) do
    local mark = rubric(text:only { indicator = { id } }, levels_of)
    marks = marks and coalesce(marks, mark) or mark
  end
  return marks
end

return M
