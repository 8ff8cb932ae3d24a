--> 5 more than 16 MiB of memory
local s = ("x"):rep(4000000)
return ("%s"):rep(99):format(table.unpack((function() local t = {} for i = 1, 99 do t[i] = s end return t end)()))
