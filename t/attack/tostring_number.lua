--> 3 __tostring must return a text
return tostring(setmetatable({}, { __tostring = function() return {} end }))
