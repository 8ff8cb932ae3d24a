test("the first", function(t) t.near(t.run("list.lua").total, { u1 = 5 / 3 }) end)
golden("all", { rules = "list.lua" })
