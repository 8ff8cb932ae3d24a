--> 5 takes longer than
-- Comparing is what takes time here.
local t = {} for i = 1, 100 do t[i] = ("x"):rep(20000) .. i end
while true do table.sort(t) end
