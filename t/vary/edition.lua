-- Another edition: the first criterion counts three times as much, so that P is 3/4 and first.
return extend "two.lua" { id = "edition", set { "index.A.weight", 3 } }
