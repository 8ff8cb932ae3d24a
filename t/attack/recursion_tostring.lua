--> 3 C stack overflow
local t = setmetatable({}, {})
local function s(v) return tostring(v) end
t = setmetatable({}, { __tostring = function(v) return s(v) end })
return tostring(t)
