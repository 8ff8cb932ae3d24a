--> 5 the
-- The same node again and again.
return function(x, w, region, t)
  while true do local y = rank(x, "unit") end
end
