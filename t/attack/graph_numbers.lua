--> 5 the
return function(x, w, region, t)
  for i = 1, 1e9 do x = x + i end
  return x
end
