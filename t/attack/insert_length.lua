--> 3 do not take tables with a __len
local t = setmetatable({}, { __len = function() return 1 << 62 end })
table.insert(t, 1, 2)
