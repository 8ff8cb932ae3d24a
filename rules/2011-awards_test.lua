-- Tests of 2011-awards.lua by hand: the panel's mark, eligibility, places within a category, the last place, and the sample.

-- Nominees, each a table of marks and of what differs from the default; all in 经贸合作奖 unless stated otherwise.
local function awards(nominees)
  local d = { categories = { { category = "经贸合作奖" }, { category = "科技创新奖" } }, nominees = {}, marks = {} }
  for k, n in ipairs(nominees) do
    local id = "N" .. k
    d.nominees[k] = { nominee = id, name = "人选", category = n.category or "经贸合作奖", group = n.group or "外籍人士",
      honorary = n.honorary or missing, merit = "事迹" }
    for j, mark in ipairs(n) do d.marks[#d.marks + 1] = { nominee = id, judge = "评委" .. j, mark = mark } end
  end
  return d
end

-- Seven marks whose trimmed mean is this one.
local function of(mark, more)
  local n = { mark, mark, mark, mark, mark, mark, mark }
  for key, value in pairs(more or {}) do n[key] = value end
  return n
end

local function run(t, nominees, set) return t.run("2011-awards.lua", awards(nominees), { set = set }) end

test("the mark: seven, without the highest and the lowest, half up to two places", function(t)
  local function mark(...) return run(t, { { ... } }).mark end
  t.near(mark(92, 90, 95, 88, 91, 93, 89), 91)          -- without 95 and 88: 455 / 5
  t.near(mark(100, 80, 80, 80, 80, 80, 0), 80)
  t.near(mark(100, 100, 80, 80, 80, 0, 0), 68)          -- of equal ones one goes: 340 / 5
  t.near(mark(90, 90, 90, 90, 90.02, 90.03, 0), 90)     -- 450.02 / 5 = 90.004
  t.near(mark(90, 90, 90, 90.01, 90.02, 90.03, 0), 90.01) -- 450.03 / 5 = 90.006
  t.near(mark(80, 80, 80, 80, 80.025, 90, 0), 80.01)    -- 400.025 / 5 = 80.005, half up
  t.near(mark(80, 80, 80, 80.1, 80.125, 90, 0), 80.05)  -- 400.225 / 5 = 80.045, half even would be 80.04
end)

test("fewer marks than members: no mark, no award", function(t)
  local r = run(t, { { 90, 90, 90, 90, 90, 90 }, of(90) })
  t.near(r.mark, { N1 = missing, N2 = 90 })
  t.is(r.awarded, { N1 = false, N2 = true })
  t.is(r.reason:at { nominee = "N1" }, "评委打分不全")
  t.near(run(t, { { 90, 80, 40 } }, { ["params.members"] = 3 }).mark, 80)
  t.near(run(t, { { 90, 80 } }, { ["params.members"] = 2 }).mark, 85)       -- of two both count
  t.near(run(t, { { 90, 80, 40 } }, { ["params.members"] = 3, ["params.panel.few"] = 3 }).mark, 70)
  -- Of four, two highest and one lowest go: 50 is left. Of three nothing would be left: all count.
  t.near(run(t, { { 90, 80, 50, 40 } }, { ["params.members"] = 4, ["params.panel.high"] = 2 }).mark, 50)
  t.near(run(t, { { 90, 80, 40 } }, { ["params.members"] = 3, ["params.panel.high"] = 2 }).mark, 70)
end)

test("80 is enough, 79.99 is not", function(t)
  local r = run(t, { of(80), of(79.99) })
  t.is(r.awarded, { N1 = true, N2 = false })
  t.is(r.reason, { N1 = "获奖", N2 = "未达标准分" })
  t.near(r.place, { N1 = 1, N2 = missing })
end)

test("not eligible: 荣誉市民 of the year, and who belongs to neither group; they take no place", function(t)
  local r = run(t, { of(95, { honorary = "是" }), of(94, { group = "其他" }), of(93), of(92, { group = "深圳市民" }), of(91, { group = missing }) })
  t.is(r.eligible, { N1 = false, N2 = false, N3 = true, N4 = true, N5 = false })
  t.near(r.place, { N1 = missing, N2 = missing, N3 = 1, N4 = 2, N5 = missing })
  t.is(r.awarded, { N1 = false, N2 = false, N3 = true, N4 = true, N5 = false })
  t.is(r.reason, { N1 = "同年度荣誉市民，不参评", N2 = "不属外籍人士或深圳市民", N3 = "获奖", N4 = "获奖", N5 = "不属外籍人士或深圳市民" })
end)

test("three awards in a category", function(t)
  local r = run(t, { of(95), of(94), of(93), of(92), of(85, { category = "科技创新奖" }) })
  t.is(r.awarded, { N1 = true, N2 = true, N3 = true, N4 = false, N5 = true })
  t.near(r.place, { N1 = 1, N2 = 2, N3 = 3, N4 = 4, N5 = 1 })
  t.is(r.reason:at { nominee = "N4" }, "超出名额")
  t.near(r.given, { ["经贸合作奖"] = 3, ["科技创新奖"] = 1 })
  t.is(run(t, { of(95), of(94), of(93) }, { ["params.most"] = 2 }).awarded, { N1 = true, N2 = true, N3 = false })
end)

test("a category without any award gave none", function(t)
  t.near(run(t, { of(95) }).given, { ["经贸合作奖"] = 1, ["科技创新奖"] = 0 })
end)

test("of those who share the last place, without room for all, none gets it", function(t)
  local r = run(t, { of(95), of(94), of(93), of(93) })
  t.is(r.awarded, { N1 = true, N2 = true, N3 = false, N4 = false })
  t.near(r.place, { N1 = 1, N2 = 2, N3 = 3, N4 = 3 })
  t.near(r.given:at { category = "经贸合作奖" }, 2)
  t.is(run(t, { of(95), of(93), of(93) }).awarded, { N1 = true, N2 = true, N3 = true })   -- there is room
end)

-- Kendall's W. Three judges who agree on the order of three: the sums of ranks are 3, 6, 9, S = 18, 12 * 18 / (9 * 24) = 1.
-- Two who rank 1 2 3 and 3 2 1: all sums are 4, W = 0. Ranks 1 2 3 and 1 3 2: sums 2, 5, 5, S = 6, 12 * 6 / (4 * 24) = 0.75.
-- With a tie, 1 2.5 2.5 and 1 2 3: sums 2, 4.5, 5.5, S = 6.5, 12 * 6.5 / (4 * 24 - 2 * (8 - 2)) = 78 / 84.
test("the judges' agreement", function(t)
  local function w(...) return run(t, { ... }).agreement end
  t.near(w({ 90, 80, 95 }, { 80, 70, 85 }, { 70, 60, 75 }), 1)
  t.near(w({ 90, 70 }, { 80, 80 }, { 70, 90 }), 0)
  t.near(w({ 90, 95 }, { 80, 70 }, { 70, 80 }), 0.75)
  t.near(w({ 90, 95 }, { 80, 90 }, { 80, 70 }), 78 / 84)
  t.near(w({ 90, 95 }, { 80, 70 }, { 70, 80 }, { 60 }), 0.75)   -- whom not all marked is left out
  t.missing(w({ 90, 95 }))
  t.missing(w({ 90, 90 }, { 90, 90 }))
end)

golden("sample", { rules = "2011-awards.lua", abs = 1e-9 })

property("whatever nominees are called", invariant "names", { rules = "2011-awards.lua", on = "marks" })
property("in whatever order", invariant "rows", { rules = "2011-awards.lua", on = "marks" })
