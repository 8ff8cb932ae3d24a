--> 3 shows an address
return string.format("%p", {})
