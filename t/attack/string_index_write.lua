--> 3 no 'rawset' in rules
rawset(string, "format", nil)
