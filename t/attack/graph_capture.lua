--> 5 the
-- The same node again and again.
return function(x, w, region, t)
  while true do local y = capture(t, "([0-9]+)", 1) end
end
