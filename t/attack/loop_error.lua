--> 5 takes longer than
while true do pcall(error, "again") end
