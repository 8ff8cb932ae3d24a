--> 3 is no name of a module
return require "methods normalise"
