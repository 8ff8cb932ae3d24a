--> 5 takes longer than
-- Nothing is repeated, but the text is looked at.
local s = ("x"):rep(4000000)
while true do s:rep(0) end
