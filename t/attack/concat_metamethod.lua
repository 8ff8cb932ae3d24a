--> 5 takes longer than
local t = setmetatable({}, { __concat = function() return ("x"):rep(100000) end })
while true do local z = t .. t end
