-- 100 * 25/50, 100 * 10/20; 60/50 is more than the cap; 25/80, 5/20; 60/80, 5/4.
test("scores", function(t)
  local r = t.run("small.lua")
  t.near(r.score:at { unit = "X", stage = "one" }, { A1 = 50, A2 = 50 })
  t.near(r.score:at { unit = "Y", stage = "one" }, { A1 = 100, A2 = 100 })
  t.near(r.score:at { unit = "X", stage = "two" }, { A1 = 31.25, A2 = 25 })
  t.near(r.score:at { unit = "Y", stage = "two" }, { A1 = 75, A2 = 100 })
end)

-- (2 * 50 + 80) / 3 is 60, just enough; (2 * 55 + 62.5) / 3 = 57.5 is not.
test("enough to pass", function(t)
  local just = t.run("small.lua", { observed = { unit = "Z", A1 = 25, A2 = 12.5 } })
  t.near(just.total:at { stage = "one" }, 60)
  t.ok(just.pass:at { stage = "one" })
  local less = t.run("small.lua", { observed = { unit = "Z", A1 = 27.5, A2 = 16 } })
  t.near(less.total:at { stage = "one" }, 57.5)
  t.is(less.pass:at { stage = "one" }, false)
end)
