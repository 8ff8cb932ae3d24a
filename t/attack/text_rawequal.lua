--> 5 takes longer than
local a, b = ("x"):rep(3000000) .. "a", ("x"):rep(3000000) .. "a"
while true do rawequal(a, b) end
