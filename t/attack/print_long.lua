--> 5 takes longer than
local s = ("x"):rep(300000)
while true do print(s) end
