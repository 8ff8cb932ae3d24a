--> 3 is expected
return function(x, w) return each(function(v) local ok, e = pcall(error, "no") return e end, w) end
