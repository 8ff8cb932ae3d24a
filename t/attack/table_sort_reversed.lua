--> 5 takes longer than
local t = {}
while true do for i = 1, 20000 do t[i] = -i end table.sort(t) end
