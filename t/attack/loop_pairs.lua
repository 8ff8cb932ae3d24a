--> 5 takes longer than
local t = {}
for i = 1, 20000 do t["k" .. i] = i end
while true do for _ in pairs(t) do end end
