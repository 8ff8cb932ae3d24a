--> 5 more than 16 MiB of memory
return function(x, w, region)
  for i = 1, 1e9 do local y = region:eq(("z"):rep(60000) .. i) end
end
