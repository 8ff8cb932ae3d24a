--> 5 takes longer than
while true do setmetatable({}, { __index = {}, __call = print }) end
