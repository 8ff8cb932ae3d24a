--> 3 is not UTF-8
return "ÿ"
