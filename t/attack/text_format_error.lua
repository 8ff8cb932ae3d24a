--> 5 takes longer than
local f = ("x"):rep(1000000) .. "%y"
while true do pcall(string.format, f) end
