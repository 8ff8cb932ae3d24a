--> 5 more than 16 MiB of memory
local t
while true do local before = t; t = function() return before end end
