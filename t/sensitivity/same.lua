-- 7 whatever p is, but for rounding.
return assessment {
  id = "same", title = "Seven",
  params = { p = 0.3, q = 1 },
  uncertain = { { "params.p", uniform = { 0.1, 0.9 } }, { "params.q", uniform = { 0.9, 1.1 } } },
  compute = function(a)
    local p = a.params.p
    return { same = exp(log(2.3 + p) - log(2.3 / 7 + p / 7)) + 0 * a.params.q }
  end,
}
