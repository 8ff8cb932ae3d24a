--> 5 takes longer than
local s = ("x"):rep(300000)
while true do pcall(assert, false, s) end
