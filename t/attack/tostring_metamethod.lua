--> 5 takes longer than
local t = setmetatable({}, { __tostring = function() return ("x"):rep(100000) end })
while true do tostring(t) end
