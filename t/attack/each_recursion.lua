--> 3 C stack overflow
return function(x, w)
  local function f(v) return tostring(setmetatable({}, { __tostring = f })) end
  return each(function(v) local t; t = setmetatable({}, { __tostring = function() return tostring(t) end }) return tostring(t) end, w)
end
