--> 5 more than 16 MiB of memory
local t = {}
for i = 1, 100 do t[i] = ("x"):rep(1000000) .. i end
