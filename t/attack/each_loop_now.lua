--> 5 takes longer than
return function(x, w)
  local slow = each(function() while true do end end, w, { gives = "text" })
  while true do pcall(sum, w, "unit", { by = slow, axis = "g" }) end
end
