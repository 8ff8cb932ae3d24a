-- A sum: variances 9/12, 4/12 and 1/12, so 9/14, 4/14 and 1/14 of it; d does nothing. What the others do:
-- `built` hangs on a alone, `never` on nothing, `sometimes` is missing where a is below 1/4, and the ranks on the
-- order of two units that swap where b is above 1/2.
return assessment {
  id = "linear", title = "Linear",
  data = { x = csv("linear.csv", { unit = "unit", value = "value" }) },
  params = { a = 0.5, b = 0.5, c = 0.5, d = 0.5 },
  show = { score = "total", rank = "place", grade = "class", verdict = "built" },
  uncertain = {
    { "params.a", uniform = { 0, 1 } }, { "params.b", uniform = { 0, 1 } },
    { "params.c", uniform = { 0, 1 } }, { "params.d", uniform = { 0, 1 } },
  },
  compute = function(a)
    local p, x = a.params, a.data.x
    local total = x + (3 * p.a - 2 * p.b + p.c + 0 * p.d)
    return {
      total = total, place = rank(where(p.b:gt(0.5), 3 - x, x), "unit"),
      class = where(total:ge(3.5), "high", "low"), built = p.a:ge(0.5),
      never = 7 + 0 * (p.a + p.b), sometimes = where(p.a:ge(0.25), p.a + p.c),
    }
  end,
}
