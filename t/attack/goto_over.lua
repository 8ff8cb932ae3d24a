--> 5 takes longer than
while true do goto on ::on:: end
