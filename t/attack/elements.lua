--> 5 too many elements
return function(x, w)
  local y = w
  for i = 1, 40 do y = y + w:as{ unit = "u" .. i } end
  return y
end
