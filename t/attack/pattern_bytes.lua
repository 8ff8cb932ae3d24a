--> 3 \C
return function(x, w, region) return matches(region, "\\C+") end
