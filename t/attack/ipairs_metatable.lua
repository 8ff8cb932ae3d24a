--> 5 takes longer than
local t = setmetatable({}, { __index = function(_, i) return i end })
while true do for _ in ipairs(t) do end end
