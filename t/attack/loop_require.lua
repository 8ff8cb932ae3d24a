--> 5 takes longer than
while true do pcall(require, "methods.nothing") end
