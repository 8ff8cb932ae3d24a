--> 5 takes longer than
-- Each turn copies a megabyte in one instruction.
while true do local s = ("x"):rep(1000000) end
