--> 5 takes longer than
local t = setmetatable({}, { __call = function(self) return self end })
while true do t()()() end
