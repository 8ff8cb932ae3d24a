--> 3 no 'xpcall' in rules
xpcall(error, print)
