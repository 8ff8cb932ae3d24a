--> 5 takes longer than
local t = {}
for i = 1, 20000 do t["k" .. i] = i end
local k
while true do k = next(t, k) end
