--> 5 takes longer than
-- The message is copied each time.
local s = ("x"):rep(300000)
while true do pcall(error, s) end
