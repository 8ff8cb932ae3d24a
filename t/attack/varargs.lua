--> 5 takes longer than
local function f(...) return ... end local t = {} for i = 1, 9000 do t[i] = i end
while true do f(table.unpack(t)) end
