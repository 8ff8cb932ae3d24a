--> 5 takes longer than
local t = {} for i = 1, 9000 do t[i] = i end
while true do table.unpack(t) end
