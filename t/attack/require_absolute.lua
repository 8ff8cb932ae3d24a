--> 3 is no name of a module
require "/etc/passwd"
