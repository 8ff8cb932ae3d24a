-- The function of Ishigami and Homma (1990): y = sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, each x between -pi and pi.
-- Its indices are known: 0.3139, 0.4424 and 0 alone; 0.5576, 0.4424 and 0.2437 in total.

-- The sine by its series, which is exact to 1e-10 between -pi and pi.
local function sin(x)
  local term, sum, square = x, x, x * x
  for k = 1, 11 do
    term = term * square * (-1 / (2 * k * (2 * k + 1)))
    sum = sum + term
  end
  return sum
end

return assessment {
  id = "ishigami", title = "Ishigami",
  params = { x1 = 1, x2 = 1, x3 = 1, x4 = 1 },
  uncertain = {
    { "params.x1", uniform = { -math.pi, math.pi } },
    { "params.x2", uniform = { -math.pi, math.pi } },
    { "params.x3", uniform = { -math.pi, math.pi }, why = "it works with x1 only" },
  },
  compute = function(a)
    local x1, x2, x3 = sin(a.params.x1), sin(a.params.x2), a.params.x3
    return { y = x1 + 7 * x2 * x2 + 0.1 * x3 * x3 * x3 * x3 * x1 + 0 * a.params.x4, four = a.params.x4 * 1 }
  end,
}
