Lua
--> 3 compiled Lua is not taken
