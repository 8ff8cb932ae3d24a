--> 3 metatables have no __mode
setmetatable({}, { __mode = "k" })
