--> 5 takes too much work
return function(x, w, region)
  local long = each(function() return ("a"):rep(4000) .. "!" end, w, { gives = "text" })
  return matches(long, "^(a+)+$")
end
