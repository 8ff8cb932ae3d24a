--> 5 takes longer than
-- One instruction compares three megabytes.
local a, b = ("x"):rep(3000000) .. "a", ("x"):rep(3000000) .. "a"
while true do local z = a == b end
