--> 5 takes longer than
return function(x) return each(function() while true do end end, x) end
