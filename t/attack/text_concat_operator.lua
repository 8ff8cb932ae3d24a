--> 5 takes longer than
local s = ("x"):rep(1000000)
while true do local z = s .. "y" end
