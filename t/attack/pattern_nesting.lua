--> 3 parentheses are too deeply nested
return function(x, w, region) return matches(region, ("("):rep(200) .. ("a") .. (")"):rep(200)) end
