--> 5 takes longer than
local t = setmetatable({}, {})
while true do getmetatable(t) end
