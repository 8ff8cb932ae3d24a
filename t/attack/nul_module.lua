--> 3 is no name of a module
return require "a\0b"
