--> 5 takes longer than
local t = setmetatable({}, { __tostring = function() error({}) end })
while true do pcall(tostring, t) end
