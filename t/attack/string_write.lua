--> 3 string.format cannot be changed
string.format = nil
