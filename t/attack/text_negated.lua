--> 5 takes longer than
local s = ("9"):rep(200000)
while true do local z = -s end
