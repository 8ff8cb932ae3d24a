--> 5 takes longer than
::again:: goto again
