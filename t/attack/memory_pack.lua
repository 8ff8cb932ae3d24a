--> 5 more than 16 MiB of memory
local t = {}
for i = 1, 1e9 do t[i] = table.pack(i, i, i, i) end
