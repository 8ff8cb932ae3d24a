-- What of rules/2011.lua could be otherwise, by how much, and why: what `assess vary rules/2011.lua` draws.
-- The shares are ours, too: a quarter of a weight, a tenth of a standard or of a figure that illustrates, a twentieth of
-- one that was recalled without a source. Public figures, and standards taken from another city, stay as they are.

local entries = {
  { "*.weight", noise = 0.25, why = "权重均为建议，待推进委员会确定" },
  { "params.cap", uniform = { 100, 110 }, why = "纲要未定单项得分上限；超额部分可否计分待定" },
  { "params.area_floor", uniform = { 70, 80 }, why = "各领域最低分为建议" },
}

local function each(before, list, after, how, why)
  for _, name in ipairs(list) do
    entries[#entries + 1] = { before .. name .. after, noise = how, why = why }
  end
end

-- Standards whose source is "ours". Those of A4, A5, A10, A14, C10 and E4 are figures of other cities; D4 and D17 count
-- what the outline names.
each("index.", {
  "A.A1", "A.A2", "A.A3", "A.A7", "A.A8", "A.A9", "A.A13", "B.*", "C.C2", "C.C3", "C.C4", "C.C6", "C.C8", "C.C11",
  "D.D1", "D.D2", "D.D5", "D.D6", "D.D7", "D.D8", "D.D10", "D.D13", "D.D14", "D.D16",
  "E.E1", "E.E3", "E.E6", "E.E7", "E.E8", "E.E9", "E.E10", "E.E14",
}, ".standard.*", 0.1, "标准值为本方案所拟，尚无依据")
each("index.", { "C.C7", "E.E5" }, ".standard.stage2", 0.1, "标准值为本方案所拟，尚无依据")

-- Figures marked illustrative in samples/2011/cities.csv. Where most of an indicator is, all of it varies.
each("data.observed.", {
  "A2", "A3", "A7", "A8", "A9", "B*", "C1", "C3", "C4", "C6", "C8", "D*", "E1", "E3", "E6", "E8", "E9", "E10",
  "A5@Seoul*", "A5@New York*", "A5@London*", "A5@Tokyo*", "A10@Hong Kong*", "A10@Singapore*", "A14@Shenzhen*",
  "A14@Seoul*", "E4@Shenzhen*", "E4@Hong Kong*", "E4@New York*", "E5@Shenzhen*", "E5@Hong Kong*", "E5@Singapore*",
}, "", 0.1, "示意数据（illustrative）")

-- Figures marked recalled: known to somebody, and without a source.
each("data.observed.", {
  "A4", "C2", "C7@Shenzhen*", "C7@Singapore*", "C7@Seoul*", "C7@New York*", "C7@London*", "C7@Tokyo*",
  "A1@Seoul*", "A1@New York*", "A1@London*", "A1@Tokyo*", "A10@Shenzhen*", "E5@New York*", "E5@London*",
}, "", 0.05, "凭记忆的数据（recalled），未找到出处")

return entries
