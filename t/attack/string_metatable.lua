--> 3 attempt to index a
getmetatable("").__index = {}
