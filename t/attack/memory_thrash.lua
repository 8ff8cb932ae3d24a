--> 5 takes longer than
while true do local t = {}; for i = 1, 1000 do t[i] = ("y"):rep(i) end end
