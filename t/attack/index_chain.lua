--> 5 takes longer than
local t = {} for i = 1, 90 do t = setmetatable({}, { __index = t }) end
while true do local z = t.nothing end
