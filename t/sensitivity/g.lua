-- Sobol's g-function (Saltelli and Sobol' 1995): the product of (|4 x - 2| + a) / (1 + a), x between 0 and 1, with a
-- of 0, 1, 4.5 and 9. With v = 1/3 / (1 + a)² and V the product of 1 + v, less 1: alone v / V, in total
-- v (1 + V) / (1 + v) / V.
return assessment {
  id = "g", title = "g-function",
  params = { x1 = 0.3, x2 = 0.3, x3 = 0.3, x4 = 0.3 },
  uncertain = { { "params.x*", uniform = { 0, 1 } } },
  compute = function(a)
    local p, y = a.params, 1
    for name, c in pairs { x1 = 0, x2 = 1, x3 = 4.5, x4 = 9 } do
      y = (abs(4 * p[name] - 2) + c) / (1 + c) * y
    end
    return { y = y }
  end,
}
