--> 5 more than 16 MiB of memory
local s = ("x"):rep(1000000)
local t = {}
for i = 1, 5000 do t[i] = s end
return table.concat(t)
