--> 3 metatable is protected
setmetatable(_ENV, {})
