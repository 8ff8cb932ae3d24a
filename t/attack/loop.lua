--> 5 takes longer than
while true do end
