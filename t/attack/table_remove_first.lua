--> 5 takes longer than
local t = {} for i = 1, 20000 do t[i] = i end
while true do local k = table.remove(t, 1) t[#t + 1] = k end
