--> 5 takes longer than
local a, b = ("x"):rep(3000000) .. "a", ("x"):rep(3000000) .. "b"
while true do local z = a < b end
