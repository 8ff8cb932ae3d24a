--> 5 the
-- The same node again and again.
return function(x, w, region, t)
  while true do local y = x:at{ year = "2010" } end
end
