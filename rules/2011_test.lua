-- Tests of 2011.lua: each indicator as the domain report describes it, worked out by hand; the boundaries of the
-- verdict; the marks of evidence texts; and the results of the sample.

-- Weight, standards of both stages and, for the 功效系数 method, the value that scores 60.
local outline = {
  A1 = { 4, 30000, 60000 }, A2 = { 3, 70, 85 }, A3 = { 2, 15, 18 }, A4 = { 3, 728, 770, efficacy = 500 },
  A5 = { 2, 2438, 2438 }, A7 = { 4, 30, 35 }, A8 = { 3, 4, 4 }, A9 = { 3, 12000, 20000 }, A10 = { 2, 9, 23 },
  A13 = { 1, 80, 90 }, A14 = { 1, 1830, 1830 },
  B1 = { 3, 100, 100 }, B2 = { 1.5, 60, 100 }, B3 = { 1.5, 50, 100 }, B4 = { 1.5, 15, 10, inverse = true },
  B5 = { 1.5, 500, 1000 }, B6 = { 2, 80, 90 }, B8 = { 1.5, 100, 100 }, B9 = { 1.5, 25, 35 },
  C1 = { 2, band = true }, C2 = { 2, 300, 400 }, C3 = { 1.5, 100, 100 }, C4 = { 4, 0.4, 0.25, inverse = true },
  C6 = { 2, 65, 70 }, C7 = { 4, 47, 25, inverse = true }, C8 = { 2, 45, 47 }, C10 = { 1, 81.21, 82.68, efficacy = 70 },
  C11 = { 1.5, 80, 90 },
  D1 = { 2, 90, 100 }, D2 = { 3, 80, 90 }, D4 = { 1.5, 3, 3 }, D5 = { 1, 8, 15 }, D6 = { 2, 95, 97 },
  D7 = { 2.5, 30, 40 }, D8 = { 2, 98, 100 }, D10 = { 3.5, 1000, 5000 }, D13 = { 1.5, 95, 100 }, D14 = { 1.5, 50, 100 },
  D16 = { 2, 90, 95 }, D17 = { 1.5, 5, 5 },
  E1 = { 2, 60, 100 }, E3 = { 1.5, 5, 50 }, E4 = { 1.5, 84, 115 }, E5 = { 1.5, 2.4, 10 }, E6 = { 1, 30, 40 },
  E7 = { 1, 80, 90 }, E8 = { 1, 6, 12 }, E9 = { 1, 100, 200 }, E10 = { 1.5, 5, 15 }, E14 = { 2, 80, 90 },
}

-- The value that scores 0, 50 or 100 in a stage (1 or 2), from the description of each method:
--   ratio      100 at the standard, in proportion below it
--   inverse    100 at the standard, 50 at twice the standard; near 0 only far beyond
--   efficacy   100 at the standard, 60 at the floor; so 50 a quarter of that distance below the floor, and 0 one and a half times
--   C1         100 from 0.95 to 1.05, 0 at 0.60 and 1.50, so 50 at 0.775
local function value(id, stage, score)
  local i = outline[id]
  local standard, floor = i[1 + stage], i.efficacy
  if i.band then return ({ [0] = 0.6, [50] = 0.775, [100] = 1 })[score] end
  if i.inverse then return ({ [0] = standard * 1e15, [50] = standard * 2, [100] = standard })[score] end
  if floor then return ({ [0] = floor - 1.5 * (standard - floor), [50] = floor - 0.25 * (standard - floor), [100] = standard })[score] end
  return standard * score / 100
end

-- A city that has this score in every indicator, except those in `other`: a score, or missing.
local function city(stage, score, other)
  local x = { unit = "X", year = 2011 }
  for id in pairs(outline) do
    local own = other and other[id] or score
    x[id] = own == missing and missing or value(id, stage, own)
  end
  return { observed = x }
end

local function all(score)
  local x = {}
  for id in pairs(outline) do x[id] = score end
  return x
end

local stages = { "stage1", "stage2" }

-- ---- indicators

for k, stage in ipairs(stages) do
  test("full at the standard, " .. stage, function(t)
    t.near(t.run("2011.lua", city(k, 100)).scores:at { stage = stage }, all(100), 1e-9)
  end)
  test("half of the way, " .. stage, function(t)
    t.near(t.run("2011.lua", city(k, 50)).scores:at { stage = stage }, all(50), 1e-9)
  end)
  test("nothing, " .. stage, function(t)
    t.near(t.run("2011.lua", city(k, 0)).scores:at { stage = stage }, all(0), 1e-9)
  end)
  -- A city for each indicator, which is full in it alone.
  test("what each weighs in the total, " .. stage, function(t)
    local rows, weights, sum = {}, {}, 0
    for id, i in pairs(outline) do
      local x = city(k, 0, { [id] = 100 }).observed
      x.unit = "only " .. id
      rows[#rows + 1] = x
      weights[x.unit] = i[1]
      sum = sum + i[1]
    end
    t.near(t.run("2011.lua", { observed = rows }).total:at { stage = stage }, weights, 1e-9)
    t.near(sum, 100)
  end)
end

cases("ratio: in proportion, not above the cap", {
  rules = "2011.lua", output = "scores", at = { stage = "stage1" },
  { A1 = 0, want = 0 }, { A1 = 7500, want = 25 }, { A1 = 15000, want = 50 }, { A1 = 29999.7, want = 99.999 }, { A1 = 30000, want = 100 },
  { A1 = 30001, want = 100 }, { A1 = 90000, want = 100 }, { A1 = -600, want = 0 },
  { A1 = 45000, want = 150, set = { ["params.cap"] = 200 } }, { A1 = 45000, want = 120, set = { ["params.cap"] = 120 } },
})

cases("inverse: nothing at all scores full, what is negative has no meaning", {
  rules = "2011.lua", output = "scores", at = { stage = "stage1" },
  { C7 = 47, want = 100 }, { C7 = 94, want = 50 }, { C7 = 188, want = 25 }, { C7 = 46, want = 100 }, { C7 = 0.5, want = 100 },
  { C7 = 0, want = 100 }, { C7 = -1, want = missing }, { C7 = -0.5, want = missing },
  { C7 = 0, want = 120, set = { ["params.cap"] = 120 } }, { C7 = 23.5, want = 120, set = { ["params.cap"] = 120 } },
})

-- 60 at 500, 100 at 728: 614 is halfway. Each point of the score is 5.7 points of GFCI.
cases("efficacy: 60 at the floor, 100 at the standard", {
  rules = "2011.lua", output = "scores", at = { stage = "stage1" },
  { A4 = 500, want = 60 }, { A4 = 614, want = 80 }, { A4 = 728, want = 100 }, { A4 = 729, want = 100 },
  { A4 = 443, want = 50 }, { A4 = 158, want = 0 }, { A4 = 100, want = 0 }, { A4 = 785, want = 110, set = { ["params.cap"] = 120 } },
})

-- From 0.60 to 0.95 and from 1.05 to 1.50: 0.35 and 0.45 wide.
cases("interval: full inside the band, 0 at the ends of what is allowed", {
  rules = "2011.lua", output = "scores", at = { stage = "stage1" },
  { C1 = 0.95, want = 100 }, { C1 = 1, want = 100 }, { C1 = 1.05, want = 100 }, { C1 = 0.775, want = 50 }, { C1 = 1.275, want = 50 },
  { C1 = 0.6, want = 0 }, { C1 = 1.5, want = 0 }, { C1 = 0.5, want = 0 }, { C1 = 2, want = 0 },
  { C1 = 0.845, want = 70 }, { C1 = 1.14, want = 80 }, { C1 = 1, want = 100, set = { ["params.cap"] = 120 } },
})

-- ---- areas, totals, verdict

test("areas are means by weight, and so is the total", function(t)
  -- A alone full: A 100, the rest 0; of the weight it has 28. A1 (4) and A10 (2) alone: 6 of its 28.
  local a = {}
  for id in pairs(outline) do a[id] = id:sub(1, 1) == "A" and 100 or nil end
  local r = t.run("2011.lua", city(1, 0, a))
  t.near(r.areas:at { stage = "stage1" }, { A = 100, B = 0, C = 0, D = 0, E = 0 }, 1e-9)
  t.near(r.total:at { stage = "stage1" }, 28, 1e-9)
  t.near(r.weakest:at { stage = "stage1" }, 0, 1e-9)
  r = t.run("2011.lua", city(1, 0, { A1 = 100, A10 = 100 }))
  t.near(r.areas:at { stage = "stage1", group = "A" }, 100 * 6 / 28, 1e-9)
  t.near(r.total:at { stage = "stage1" }, 6, 1e-9)
end)

test("the geometric total", function(t)
  -- One area at half: A weighs 28, so 100 * 0.5 ^ 0.28; C 20, E 14.
  for area, weight in pairs { A = 28, B = 14, C = 20, D = 24, E = 14 } do
    local half = {}
    for id in pairs(outline) do half[id] = id:sub(1, 1) == area and 50 or nil end
    t.near(t.run("2011.lua", city(1, 100, half)).geometric:at { stage = "stage1" }, 100 * 0.5 ^ (weight / 100), 1e-9)
  end
  t.near(t.run("2011.lua", city(1, 50)).geometric:at { stage = "stage1" }, 50, 1e-9)
  local none = {}
  for id, i in pairs(outline) do none[id] = id:sub(1, 1) == "E" and not i.inverse and 0 or nil end
  t.near(t.run("2011.lua", city(1, 100, none)).geometric:at { stage = "stage1" }, 0)  -- a zero cannot be made good
end)

local function verdict(t, data, set)
  return t.run("2011.lua", data, { set = set }).built:at { stage = "stage1" }
end

test("基本建成: the total reaches params.pass, which is 90", function(t)
  t.is(verdict(t, city(1, 100)), true)
  t.is(verdict(t, city(1, 100, { A1 = 50, A7 = 50, C4 = 50, C7 = 50, D10 = 50 })), true)        -- 100 - 19.5 / 2 = 90.25
  t.is(verdict(t, city(1, 100, { A1 = 50, A7 = 50, C4 = 50, C7 = 50, D10 = 50, A13 = 50 })), false) -- 89.75
  -- All at half are exactly 50.
  t.is(verdict(t, city(1, 50), { ["params.pass"] = 50, ["params.area_floor"] = 50 }), true)
  t.is(verdict(t, city(1, 50), { ["params.pass"] = 50.01, ["params.area_floor"] = 50 }), false)
end)

test("基本建成: no area below params.area_floor, which is 75", function(t)
  t.is(verdict(t, city(1, 50), { ["params.pass"] = 50, ["params.area_floor"] = 50.01 }), false)
  -- E weighs 14. Without 3.5 of it, it has 75; without 4, that is 71.4. The total is 96 either way.
  t.is(verdict(t, city(1, 100, { E1 = 0, E3 = 0 })), true)
  t.is(verdict(t, city(1, 100, { E1 = 0, E6 = 0, E7 = 0 })), false)
end)

-- A1 4, A2 3, A7 4, A8 3 and A14 1 are 15 of the weight.
local fifteen = { A1 = missing, A2 = missing, A7 = missing, A8 = missing, A14 = missing }

test("assessable: 85 % of the weight is enough, less is not", function(t)
  local r = t.run("2011.lua", city(1, 100, fifteen))
  t.near(r.coverage:at { stage = "stage1" }, 0.85)
  t.is(r.assessable:at { stage = "stage1" }, true)
  t.near(r.total:at { stage = "stage1" }, 100)          -- what is missing takes no part
  t.is(r.built:at { stage = "stage1" }, true)
  local sixteen = { A13 = missing }
  for id in pairs(fifteen) do sixteen[id] = missing end
  r = t.run("2011.lua", city(1, 100, sixteen))
  t.near(r.coverage:at { stage = "stage1" }, 0.84)
  t.is(r.assessable:at { stage = "stage1" }, false)
  t.missing(r.total:at { stage = "stage1" })
  t.missing(r.geometric:at { stage = "stage1" })
  t.missing(r.rank:at { stage = "stage1" })
  t.missing(r.areas:at { stage = "stage1", group = "B" })
  t.missing(r.weakest:at { stage = "stage1" })
  t.missing(r.built:at { stage = "stage1" })
end)

test("assessable: not without an area, though 86 % be there", function(t)
  local b = {}
  for id in pairs(outline) do b[id] = id:sub(1, 1) == "B" and missing or nil end
  local r = t.run("2011.lua", city(1, 100, b))
  t.near(r.coverage:at { stage = "stage1" }, 0.86)
  t.is(r.every_area:at { stage = "stage1" }, false)
  t.is(r.assessable:at { stage = "stage1" }, false)
  t.missing(r.total:at { stage = "stage1" })
  t.is(t.run("2011.lua", city(1, 100, { B1 = missing })).every_area:at { stage = "stage1" }, true)
end)

test("the latest figure not after params.year counts", function(t)
  local rows = {}
  for year, figure in pairs { [2009] = 3000, [2010] = 6000, [2012] = 9000 } do
    rows[#rows + 1] = { unit = "X", indicator = "A1", year = year, value = figure, unit_of_measure = "USD" }
  end
  local function score(year)
    return t.run("2011.lua", { observed = rows }, { set = { ["params.year"] = year } }).scores:at { indicator = "A1", stage = "stage1" }
  end
  t.near(score(2010), 20)
  t.near(score(2011), 20)
  t.near(score(2012), 30)
  t.near(score(2009), 10)
end)

test("ranks: the highest total first, equal ones share a place, who has no total has none", function(t)
  local rows = {}
  for unit, score in pairs { P = 100, Q = 50, R = 50, S = 0 } do
    local x = city(1, score).observed
    x.unit = unit
    rows[#rows + 1] = x
  end
  rows[#rows + 1] = { unit = "T", year = 2011, A1 = 30000 }
  t.is(t.run("2011.lua", { observed = rows }).rank:at { stage = "stage1" }, { P = 1, Q = 2, R = 2, S = 4, T = missing })
end)

test("what the figures rest on, as shares of the weight", function(t)
  local r = t.run("2011.lua", { observed = {
    { unit = "X", indicator = "A1", year = 2011, value = 1, status = "public" },   -- 4
    { unit = "X", indicator = "A10", year = 2011, value = 1, status = "public" },  -- 2
    { unit = "X", indicator = "C7", year = 2010, value = 1, status = "recalled" }, -- 4
    { unit = "X", indicator = "C7", year = 2009, value = 1, status = "public" },   -- older
    { unit = "X", indicator = "E14", year = 2011, value = missing, evidence = "正在研究。", status = "illustrative" }, -- 2
  } })
  t.near(r.basis, { public = 0.06, recalled = 0.04, illustrative = 0.02 }, 1e-12)
end)

-- ---- evidence

-- A text that earns each level. Texts for the guard follow.
local earned = {
  A13 = { "四个办事处联络、招商、推介、引才功能全部落实。", "三个办事处已开展招商活动。", "两个办事处开展试点。", "拓展方案已印发。", "正在研究。" },
  B6 = { "与香港机构签署合作协议，并纳入年度评估。", "与澳门建立合作机制。", "全年培训公务员320人次。", "交流计划已印发。", "正在研究。" },
  C11 = { "国际机构人居测评名列前列。", "国际会议中心建成并投入使用。", "国际会议中心在建。", "礼宾府已选址。", "正在研究。" },
  D2 = { "法治城市指标考评达标。", "地方性法规清理工作完成。", "规章草案提交审议。", "已列入立法计划。", "正在研究。" },
  E7 = { "联合国教科文组织数字平台上线运行。", "设计产业园区挂牌。", "设计周成功举办。", "建设方案已印发。", "正在研究。" },
  E14 = { "海外媒体报道5200篇，已作传播效果评估。", "“深圳宣传周”成功举行。", "已与专业机构签约。", "传播计划已印发。", "正在研究。" },
}
local points = { 95, 85, 70, 50, 20 }

-- Texts of indicators and the marks they must get, each in a city of its own: { "A13", text, mark }, …
local function marks(t, texts)
  local rows = {}
  for k, x in ipairs(texts) do
    rows[k] = { unit = "city " .. k, indicator = x[1], year = 2011, value = missing, evidence = x[2] }
  end
  local r = t.run("2011.lua", { observed = rows })
  for k, x in ipairs(texts) do t.near(r.values:at { unit = "city " .. k, indicator = x[1] }, x[3]) end
end

test("every level of every rubric", function(t)
  local texts = {}
  for id, of in pairs(earned) do
    for k, text in ipairs(of) do texts[#texts + 1] = { id, text, points[k] } end
  end
  marks(t, texts)
end)

test("the highest level counts, in whatever order it is told", function(t)
  marks(t, { { "A13", "方案已印发；两个办事处开展试点。", 70 }, { "C11", "礼宾府已选址；国际会议中心建成。", 85 } })
end)

test("what is only planned does not count as done", function(t)
  marks(t, {
    { "A13", "四个办事处计划于年内完成招商功能拓展。", 20 },
    { "A13", "三个办事处计划设立专班并开展招商。", 20 },
    { "D2", "法规修订工作计划年内完成。", 20 },
    { "C11", "国际会议中心尚未建成。", 20 },
    { "C11", "国际会议中心尚未建成；礼宾府已建成。", 85 },        -- each sentence by itself
    { "C11", "国际会议中心力争明年建成，已完成选址。", 50 },      -- a site is what D is about
    { "B6", "与香港协议已建立框架，计划年内设立机制。", 20 },
    { "E7", "设计产业园区计划明年挂牌。", 20 },
    { "E14", "宣传周筹备举办。", 20 },
  })
end)

test("no text is no mark, and a figure goes before a text", function(t)
  local none = t.run("2011.lua", { observed = { unit = "X", indicator = "E7", year = 2011, value = missing, evidence = missing } })
  t.missing(none.values:at { indicator = "E7" })
  local r = t.run("2011.lua", { observed = { unit = "X", indicator = "D2", year = 2011, value = 66, evidence = "法治城市指标考评达标。" } })
  t.near(r.values:at { indicator = "D2" }, 66)
  t.near(r.scores:at { indicator = "D2", stage = "stage1" }, 82.5)      -- 66 of 80
end)

-- ---- the sample, and properties of any data

golden("sample", { rules = "2011.lua", abs = 1e-9 })

property("improving an indicator never lowers the total", monotone "index.*.*", { rules = "2011.lua", output = "total", runs = 30 })
property("scores lie between 0 and 100", bounds(0, 100), { rules = "2011.lua", output = "scores", runs = 30 })
property("coverage lies between 0 and 1", bounds(0, 1), { rules = "2011.lua", output = "coverage", runs = 30 })
property("whatever cities are called", invariant "names", { rules = "2011.lua", runs = 3 })
property("in whatever order figures stand", invariant "rows", { rules = "2011.lua", runs = 3 })
property("a city more turns nobody's order round", no_reversal(), { rules = "2011.lua", output = "total", runs = 5 })

-- What the report says holds for what is uncertain, too (2011/uncertain.lua).
property("Shenzhen is not built yet, whatever we have proposed", robust { unit = "Shenzhen", verdict = false, with = 0.99 },
  { rules = "2011.lua" })
property("nor would it pass Hong Kong", robust { unit = "Hong Kong", rank = "<= 6", with = 0.95 }, { rules = "2011.lua" })
property("Tokyo leads the first stage", robust { unit = "Tokyo", rank = 1, at = { stage = "stage1" }, with = 0.9 },
  { rules = "2011.lua" })
