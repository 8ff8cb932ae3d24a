--> 5 takes longer than
local s = ("é"):rep(1500000)
while true do for _ in utf8.codes(s) do end end
