--> 3 no 'coroutine' in rules
coroutine.wrap(function() end)()
