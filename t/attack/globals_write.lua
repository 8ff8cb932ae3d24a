--> 3 belongs to the language
sum = nil
