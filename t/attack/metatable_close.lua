--> 3 metatables have no __close
local x <close> = setmetatable({}, { __close = function() end })
