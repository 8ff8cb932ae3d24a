--> 3 longer than 1024 bytes
return function(x, w, region) return matches(region, ("a"):rep(2000)) end
