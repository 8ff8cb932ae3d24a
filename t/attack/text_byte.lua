--> 5 takes longer than
local s = ("x"):rep(9000)
while true do string.byte(s, 1, -1) end
