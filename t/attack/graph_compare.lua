--> 5 the
-- The same node again and again.
return function(x, w, region, t)
  while true do local y = x:lt(2) end
end
