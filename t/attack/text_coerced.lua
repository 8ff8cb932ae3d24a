--> 5 takes longer than
-- A text becomes a number inside of an instruction.
local s = ("1"):rep(200000)
while true do local z = s + 0 end
