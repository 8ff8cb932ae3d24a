--> 5 takes longer than
local f
while true do f = function() return f end f() end
