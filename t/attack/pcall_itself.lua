--> 5 takes longer than
while true do pcall(pcall, pcall, pcall) end
