--> 5 takes longer than
local s = ("x"):rep(4000000)
while true do string.format("%s", s) end
