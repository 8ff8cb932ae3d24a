--> 5 the
return function(x, w, region, t)
  for i = 1, 1e9 do x = x + x end
  return x
end
