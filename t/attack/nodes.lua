--> 5 the
return function(x)
  local y = x
  for i = 1, 2000000 do y = y + i end
  return y
end
