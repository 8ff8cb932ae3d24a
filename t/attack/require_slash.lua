--> 3 is no name of a module
require "methods/../../x"
