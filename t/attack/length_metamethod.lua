--> 5 takes longer than
local t = setmetatable({}, { __len = function() while true do end end })
while true do local z = #t end
