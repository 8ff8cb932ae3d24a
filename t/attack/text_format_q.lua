--> 5 takes longer than
local s = ("\0"):rep(500000)
while true do string.format("%q", s) end
