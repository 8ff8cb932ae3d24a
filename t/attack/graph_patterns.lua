--> 5 the
return function(x, w, region, t)
  for i = 1, 1e9 do local y = matches(t, "a{" .. i % 60000 .. "}") end
  return x
end
