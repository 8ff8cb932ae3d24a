--> 5 takes longer than
local s = ("1"):rep(3000000)
while true do tonumber(s) end
