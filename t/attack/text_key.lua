--> 5 takes longer than
-- A long text as a key is hashed whole.
local t = {}
while true do t[("x"):rep(500000)] = nil end
