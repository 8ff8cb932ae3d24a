--> 5 takes longer than
while true do pcall(("x").find, "x", "(x*)*") end
