--> 3 would be longer than 16 MiB
return ("x"):rep(1e10 // 1 | 0)
