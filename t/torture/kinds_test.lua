test("values", function(t)
  local r = t.run("kinds.lua")
  t.near(r.total:at { unit = "A" }, 62.5)
  t.near(r.total, { A = 62.5, B = 95, C = 60 })
  t.is(r.pass:at { unit = "C" }, true)
  t.missing(r.scores:at { unit = "C", indicator = "p2" })
  t.fails("kinds.lua", { x = { p1 = "abc" } }, "is not a number")
end)
test("what does not hold", function(t) t.near(t.run("kinds.lua").total:at { unit = "A" }, 63) end)
cases("scores", { rules = "kinds.lua", output = "scores",
  { p1 = 25, want = 50 },
  { p2 = 80, set = { ["index.P.p2.standard"] = 40 }, want = 51 },
  { p9 = 1, fails = "no indicator 'p9'" },
})
local of = { rules = "kinds.lua", output = "total", runs = 3 }
property("monotone", monotone "index.*.*", of)
property("bounds", bounds(0, 100), of)
property("names", invariant "names", { rules = "kinds.lua", runs = 2 })
property("rows", invariant "rows", { rules = "kinds.lua", runs = 2 })
property("units", invariant("units", "index.P.*"), { rules = "kinds.lua", runs = 2 })
property("reversal", no_reversal, { rules = "kinds.lua", runs = 2 })
property("function", function(r, change) return r.total:at { unit = change.unit } >= 0 end, { rules = "kinds.lua", runs = 2 })
golden("other", { rules = "kinds.lua" })
