-- A search that never settles, begun again whenever it ends.
while true do
  pcall(minimise, function(v) return abs(v - 1) end, 5, { tolerance = 1e-300, steps = 1e7 })
end
--> 5 script
