--> 5 takes longer than
local s = ("z"):rep(3000000)
while true do tonumber(s, 36) end
