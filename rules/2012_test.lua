-- Tests of 2012.lua, an overlay of 2011.lua: its three changes by hand, and that nothing else differs. What it does not
-- change is tested in 2011_test.lua.

test("weights: port to research, C3 to C7; together still 100", function(t)
  local now, before = t.run("2012.lua")["index.weight"], t.run("2011.lua")["index.weight"]
  local other = { A5 = 1, A8 = 4, C7 = 5.5 }
  local sum = 0
  for area, ids in pairs { A = { 1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 14 }, B = { 1, 2, 3, 4, 5, 6, 8, 9 }, C = { 1, 2, 4, 6, 7, 8, 10, 11 },
                           D = { 1, 2, 4, 5, 6, 7, 8, 10, 13, 14, 16, 17 }, E = { 1, 3, 4, 5, 6, 7, 8, 9, 10, 14 } } do
    for _, k in ipairs(ids) do
      local id = area .. k
      t.near(now:at { indicator = id }, other[id] or before:at { indicator = id })
      sum = sum + now:at { indicator = id }
    end
  end
  t.near(sum, 100)
end)

-- 100 * standard / x: 40 from GB 3095-2012 for the first stage, 25 for the second stage as before.
cases("C7 by the national standard", {
  rules = "2012.lua", output = "scores",
  { C7 = 40, want = 100, at = { stage = "stage1" } }, { C7 = 47, want = 85.10638297872340, at = { stage = "stage1" } },
  { C7 = 80, want = 50, at = { stage = "stage1" } }, { C7 = 39, want = 100, at = { stage = "stage1" } },
  { C7 = 50, want = 50, at = { stage = "stage2" } },
})

test("all other scores of the sample are those of 2011", function(t)
  local now, before = t.run("2012.lua").scores, t.run("2011.lua").scores
  for _, city in ipairs { "Shenzhen", "Hong Kong", "Tokyo", "London" } do
    for _, id in ipairs { "A1", "A5", "A8", "B4", "C1", "C4", "C11", "D2", "E14" } do
      for _, stage in ipairs { "stage1", "stage2" } do
        local place = { unit = city, indicator = id, stage = stage }
        t.near(now:at(place), before:at(place))
      end
    end
    local place = { unit = city, indicator = "C7", stage = "stage2" }
    t.near(now:at(place), before:at(place))
  end
end)

-- Areas B, D and E are those of 2011. In A one point of weight goes from A5 to A8: 1/28 of what they differ by. In C (20)
-- C3's 1.5 go to C7, whose score of the first stage is that of 2011 times 40/47, where it was not capped.
test("areas and totals of Shenzhen, from the scores of 2011", function(t)
  local now, before = t.run("2012.lua"), t.run("2011.lua")
  local function score(id) return before.scores:at { unit = "Shenzhen", indicator = id, stage = "stage1" } end
  local function area(r, id) return r.areas:at { unit = "Shenzhen", group = id, stage = "stage1" } end
  for _, id in ipairs { "B", "D", "E" } do t.near(area(now, id), area(before, id)) end
  local a = area(before, "A") + (score "A8" - score "A5") / 28
  local c7 = 100 * 40 / before.values:at { unit = "Shenzhen", indicator = "C7" }
  t.ok(c7 < 100, "C7 is below its standard")
  local c = area(before, "C") + (5.5 * c7 - 4 * score "C7" - 1.5 * score "C3") / 20
  t.near(area(now, "A"), a)
  t.near(area(now, "C"), c)
  t.near(now.total:at { unit = "Shenzhen", stage = "stage1" },
    (28 * a + 14 * area(before, "B") + 20 * c + 24 * area(before, "D") + 14 * area(before, "E")) / 100)
end)

test("coverage counts C3 no more", function(t)
  local x = { unit = "X", year = 2011, C7 = 40, A8 = 4, A5 = 2438 }
  t.near(t.run("2012.lua", { observed = x }).coverage:at { stage = "stage1" }, 0.105)   -- 5.5 + 4 + 1 of 100
  t.near(t.run("2011.lua", { observed = x }).coverage:at { stage = "stage1" }, 0.09)    -- 4 + 3 + 2
end)

golden("sample", { rules = "2012.lua", abs = 1e-9 })

property("improving an indicator never lowers the total", monotone "index.*.*", { rules = "2012.lua", output = "total", runs = 30 })
