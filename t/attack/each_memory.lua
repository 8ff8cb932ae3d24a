--> 5 more than 16 MiB of memory
local kept = {}
return function(x) return each(function(v) while true do kept[#kept + 1] = { v } end end, x) end
