--> 3 in a circle
require "rules"
