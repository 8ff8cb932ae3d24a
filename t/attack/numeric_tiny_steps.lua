--> 5 takes longer than
while true do for i = 0, 1, 1e-12 do end end
