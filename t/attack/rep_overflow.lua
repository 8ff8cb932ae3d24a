--> 3 would be longer than 16 MiB
return ("xxxxxxxx"):rep(math.maxinteger, "yyyyyyyy")
