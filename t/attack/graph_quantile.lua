--> 5 the
-- The same node again and again.
return function(x, w, region, t)
  while true do local y = quantile(x, "unit", 0.5) end
end
