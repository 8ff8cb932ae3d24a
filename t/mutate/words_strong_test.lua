-- Done is A, 90; 15.5 less for what is late, 74.5, rounded up; what is denied in one sentence and planned in the
-- next is B, 50; "none" is nothing.
test("all papers", function(t)
  local r = t.run("words.lua")
  local levels, marks, places = { "A", "A", "B", missing }, { 90, 75, 50, missing }, { 1, 2, 3, missing }
  for i = 1, 4 do
    t.is(r.level:at { papers = i }, levels[i])
    t.is(r.marks:at { papers = i }, marks[i])
    t.is(r.place:at { papers = i }, places[i])
  end
end)
