--> 5 the
return function(x, w, region, t)
  for i = 1, 1e9 do pcall(function() return x["sume" .. i] end) end
  return x
end
