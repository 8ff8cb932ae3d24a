--> 3 string has no 'dump'
return string.dump(print)
