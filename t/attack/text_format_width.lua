--> 5 takes longer than
local f = ("%99d"):rep(60) local t = {} for i = 1, 60 do t[i] = i end
while true do string.format(f, table.unpack(t)) end
