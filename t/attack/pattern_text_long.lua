--> 4 is too long to be searched
return function(x, w)
  local long = each(function() return ("a"):rep(9000) end, w, { gives = "text" })
  return matches(long, "b")
end
