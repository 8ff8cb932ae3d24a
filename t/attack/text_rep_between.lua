--> 5 takes longer than
local s = ("x"):rep(100000)
while true do ("a"):rep(20, s) end
