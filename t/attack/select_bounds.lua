--> 3 index out of range
return select(-5, 1)
