--> 3 is assigned to, but not declared
_ENV.x = 1
