test("one paper", function(t)
  local r = t.run("words.lua")
  t.near(r.marks:at { papers = 1 }, 90)
end)
