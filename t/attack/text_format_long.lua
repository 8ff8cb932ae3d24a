--> 5 takes longer than
local f = ("x"):rep(2000000)
while true do string.format(f) end
