--> 3 no 'load' in rules
load("return 1")()
