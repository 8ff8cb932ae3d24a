--> 5 the
return function(x, w, region, t)
  while true do pcall(sum, x, "nothing") end
  return x
end
