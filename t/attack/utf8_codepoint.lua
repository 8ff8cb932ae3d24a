--> 5 takes longer than
local s = ("é"):rep(9000)
while true do utf8.codepoint(s, 1, -1) end
