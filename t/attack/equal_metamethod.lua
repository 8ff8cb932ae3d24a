--> 5 takes longer than
local m = { __eq = function() while true do end end } local a, b = setmetatable({}, m), setmetatable({}, m)
while true do local z = a == b end
