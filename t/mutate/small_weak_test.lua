test("one score", function(t)
  local r = t.run("small.lua")
  t.near(r.score:at { unit = "X", indicator = "A1", stage = "one" }, 50)
end)
