--> 0
local m = {}
local t = setmetatable({}, m)
m.__gc = function() while true do end end
getmetatable(t).__gc = m.__gc
t = nil
for i = 1, 10000 do local s = { i } end
return 1
