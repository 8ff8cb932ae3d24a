--> 5 takes longer than
local s = ("x"):rep(100000)
while true do local z = s .. s .. s .. s .. s .. s .. s .. s end
