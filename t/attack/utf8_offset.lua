--> 5 takes longer than
local s = ("é"):rep(1500000)
while true do utf8.offset(s, 1400000) end
