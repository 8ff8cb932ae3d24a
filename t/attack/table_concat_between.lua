--> 5 takes longer than
local t = {} for i = 1, 100 do t[i] = "" end local s = ("x"):rep(10000)
while true do table.concat(t, s) end
