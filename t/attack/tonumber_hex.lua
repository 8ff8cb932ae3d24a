--> 5 takes longer than
local s = "0x" .. ("f"):rep(3000000)
while true do tonumber(s) end
