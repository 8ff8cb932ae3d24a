-- Weights from judgement: pairwise comparisons, orders and ranks of importance, the best and the worst item,
-- panels.
--
-- Items are along the axis `indicator`, unless o.along (or the first argument) names another. A matrix of
-- comparisons m has that axis and its copy, called "other_" .. axis; it states how many times as important as the
-- column the row is. Items without comparisons have no weight, so a matrix may cover the indicators of one group,
-- and coalesce joins several. Further axes of m (expert, stage) are kept. Weights are shares that add up to 1.

local apart = require "methods.apart".between

local M = {}

local function along(o) return plain(optional(o, "along"), "indicator") end
local function other(o) return "other_" .. along(o) end
local function shares(w, o) return w / sum(w, along(o)) end
local function diagonal(o) return labels(along(o)):eq(labels(along(o)):as { [along(o)] = other(o) }) end

-- Lists of labels and rows as a square array; the axis is made of the labels if it does not exist yet.
local function square(axis, names, rows)
  local ones = {}
  for i, name in ipairs(names) do ones[i] = { name, 1 } end
  local _ = array(axis, ones):as { [axis] = "other_" .. axis }
  return array({ axis, "other_" .. axis }, rows)
end

--- A matrix from a list of comparisons { "A", "B", 3 }: A is 3 times as important as B (a third: 1 / 3). The
-- reverse is implied.
-- Arguments: axis: a name; the axis is made if it does not exist. list: the comparisons.
-- Result: numbers over axis and its copy.
-- Missing: a pair that is not listed is missing.
-- Errors: an entry of another form, or a number of 0 or less, is an error.
-- Source: the scale of 1 to 9, Saaty 1977.
function M.comparisons(axis, list)
  local names, rows, known = {}, {}, {}
  local function meet(name)
    if not known[name] then
      known[name] = true
      names[#names + 1] = name
      rows[#rows + 1] = { name, name, 1 }
    end
  end
  for i, c in ipairs(list) do
    local a, b, times = c[1], c[2], c[3]
    if type(times) ~= "number" or times <= 0 or a == b then
      error { "comparison %s is not { \"A\", \"B\", how many times A matters more than B }", i }
    end
    meet(a)
    meet(b)
    rows[#rows + 1] = { a, b, times }
    rows[#rows + 1] = { b, a, 1 / times }
  end
  return square(axis, names, rows)
end

--- A matrix from rows of numbers in the order of the names, as in matrix("indicator", { "A", "B" }, { { 1, 3 }, { 1
-- / 3, 1 } }).
-- Arguments: axis: as for comparisons. names: a list. values: a list of rows; false is a gap.
-- Result: numbers over axis and its copy, as written.
-- Missing: a gap is missing.
-- Errors: none.
-- Source: definition.
function M.matrix(axis, names, values)
  local rows = {}
  for i, row in ipairs(values) do
    for k, value in ipairs(row) do
      if value then rows[#rows + 1] = { names[i], names[k], value } end
    end
  end
  return square(axis, names, rows)
end

--- A matrix from columns of a table, with a row for each comparison. If several rows compare the same two items,
-- their geometric mean is used, so a table with the answers of many experts gives their joint matrix. With `by`
-- there is a matrix for each expert.
-- Arguments: a, b: the two items, texts over `rows`. times: how many times as important a is. rows: the axis of the
--   table. axis: an existing axis, that of the index. by: a further axis and its column, such as { expert =
--   t.expert }.
-- Result: numbers over axis, its copy, and the axis of `by`.
-- Missing: a pair that nobody compared is missing.
-- Errors: a comparison of 0 or less counts as missing, with a warning.
-- Source: Aczel and Saaty 1983.
function M.compared(a, b, times, rows, axis, by)
  for name, column in pairs(by or {}) do
    local asked = count(times, rows, { by = column, axis = name })
    times = where(present(asked) & column:eq(labels(name)), times)
  end
  warn(times:le(0), "a comparison is not above 0, and counts as not made:", times)
  local ratio = log(where(times:gt(0), times))
  local copy, to = "other_" .. axis, { by = a, axis = axis }
  local asked = where(b:eq(labels(axis):as { [axis] = copy }), ratio)
  local one, n = mean(asked, rows, to), count(asked, rows, to)
  local turn = "turn_" .. axis
  local function transposed(x) return x:as { [axis] = turn, [copy] = axis }:as { [turn] = copy } end
  local own, opposite = coalesce(n, 0), coalesce(transposed(n), 0)
  local given = where((own + opposite):gt(0), own + opposite)
  local m = exp((coalesce(one, 0) * own - coalesce(transposed(one), 0) * opposite) / given)
  local there = coalesce(any(present(m), copy), false)
  return where(diagonal { along = axis }, where(there, 1), m)
end

--- The joint matrix of a group: the geometric mean along the experts' axis, the only mean that keeps the two
-- directions of a comparison reciprocal.
-- Arguments: m: a matrix with the axis of the experts. axis: its name. weights: of the experts (optional).
-- Result: a matrix without that axis.
-- Missing: experts who did not answer are left out.
-- Errors: none.
-- Source: Aczel and Saaty 1983.
function M.joint(m, axis, weights)
  return exp(mean(log(m), axis, { weights = weights }))
end

-- Mean consistency of random matrices of order 1 to 15.
local random = {
  saaty = { 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59 }, -- Saaty 1980
  alonso = { 0, 0, 0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854, 1.5141, 1.5365, 1.5551, 1.5713,
             1.5838 }, -- Alonso and Lamata 2006
}

-- The random index of n items. Beyond the table, Alonso and Lamata's line of the mean greatest eigenvalue is used,
-- 2.7699 n - 4.3513; Saaty has none.
local function random_index(n, name)
  local known = random[name]
  if not known then error { "random is \"saaty\" or \"alonso\", not %s", name } end
  local beyond = n:gt(#known)
  if name == "saaty" then
    warn(beyond, "Saaty's random indices end at 15 items, so that there is no CR (random = \"alonso\" goes on):", n)
  end
  local ri
  if name == "alonso" then ri = where(beyond, (1.7699 * n - 4.3513) / where(beyond, n - 1)) end
  for k, value in ipairs(known) do ri = ri and where(n:eq(k), value, ri) or where(n:eq(k), value) end
  return ri
end

--- Analytic hierarchy process (层次分析法): weights from a matrix of comparisons.
-- Arguments: m: the matrix. o: method: "eigenvector" (default; Saaty 1977), "sum" (mean of the columns' shares,
--   和积法) or "root" (geometric means of the rows, 方根法; Crawford and Williams 1985); random: "saaty" (default, up to
--   15 items) or "alonso" (any number); limit (0.1, Saaty 1980); refuse; along.
-- Result: shares over the axis; second result: a table: n, lambda (the greatest eigenvalue; for "sum" and "root"
--   mean((m w) / w)), ci = (lambda - n) / (n - 1), ri, cr = ci / ri, and consistent, a truth.
-- Missing: missing pairs are estimated with Harker's diagonal (1987), by the eigenvector only; the other methods
--   then have no result. Incomplete matrices appear somewhat too consistent, because ri is for complete ones.
-- Errors: a comparison of 0 or less leaves no weights, with a warning. A cr above o.limit is a warning; with
--   o.refuse = true the weights are then missing, and also if cr is unknown.
-- Source: as named; random indices Saaty 1980, Alonso and Lamata 2006.
function M.ahp(m, o)
  local row, column = along(o), other(o)
  local good = m:gt(0)
  warn(~good, "a comparison is not above 0, and there are no weights:", m)
  local judged = any(present(m), column)
  m = where(all(good, { row, column }), where(diagonal(o) & judged, coalesce(m, 1), m))
  local there = any(present(m), column)
  local here = there & there:as { [row] = column }
  local n = count(where(there, 1), row)
  local gaps = where(there, n - count(m, column), 0)
  local full = where(here, where(diagonal(o), 1 + gaps, coalesce(m, 0)))
  local w, lambda = principal(full, row, column)
  local method = o and o.method or "eigenvector"
  if method ~= "eigenvector" then
    local whole = max(gaps, row):eq(0)
    if method == "sum" then w = mean(m / sum(m, row), column)
    elseif method == "root" then w = exp(mean(log(m), column))
    else error { "the method of ahp is eigenvector, sum or root, not %s", method } end
    warn(~whole, "pairs without a comparison: only the method \"eigenvector\" has weights then")
    w = where(whole, shares(w, o))
    lambda = mean(sum(m * w:as { [row] = column }, column) / w, row)
  end
  local ri = random_index(n, o and o.random or "saaty")
  local ci = where(n:gt(1), (lambda - n) / where(n:gt(1), n - 1), where(n:eq(1), 0))
  local cr = where(n:gt(2), ci / where(ri:gt(0), ri), where(n:gt(0), 0))
  local limit = o and o.limit or 0.1
  local t = { n = n, lambda = lambda, ci = ci, ri = ri, cr = cr, consistent = cr:le(limit) }
  if o and o.refuse then return where(t.consistent, w), t end
  warn(cr:gt(limit), { "comparisons contradict each other more than %s allows, CR =", limit }, cr)
  return w, t
end

--- RANCOM: shares of the row sums of a matrix with 1 (the row is more important), 0.5 or 0, and 0.5 on the
-- diagonal.
-- Arguments: m: the matrix. o: along.
-- Result: shares over the axis.
-- Missing: skipped.
-- Errors: none.
-- Source: Wieckowski et al. 2023.
function M.rancom(m, o)
  return shares(sum(m, other(o)), o)
end

--- Order-relation analysis (序关系分析法, G1): items from the most important one on, each with how many times as
-- important as the next it is: order("indicator", { { "A", 1.2 }, { "B", 1.4 }, { "C" } }). w(m) = 1 / (1 + sum of
-- products). There is no consistency to check.
-- Arguments: axis: as for comparisons. list: items and ratios: 1 (equal), 1.2, 1.4, 1.6, 1.8 (extremely) or
--   between.
-- Result: shares over the axis.
-- Missing: an item that is not listed is missing.
-- Errors: a ratio outside 1 to 1.8 is an error.
-- Source: 郭亚军 2002.
function M.order(axis, list)
  local rows, weight, total = {}, {}, 0
  for i = #list, 1, -1 do
    local ratio = list[i][2]
    if i < #list and (type(ratio) ~= "number" or apart(ratio, 1) < 0 or apart(ratio, 1.8) > 0) then
      error { "'%s' matters from 1 to 1.8 times as much as the next one, not %s", list[i][1], ratio }
    end
    weight[i] = i == #list and 1 or ratio * weight[i + 1]
    total = total + weight[i]
  end
  for i, item in ipairs(list) do rows[i] = { item[1], weight[i] / total } end
  return array(axis, rows)
end

--- Weights from ranks. o.method, for place r of n:
--      "centroid"    sum of 1 / k for k = r … n, over n (ROC): the mean of all weights in this order
--      "sum"         n + 1 - r as shares (RSW), or with o.power its power (rank exponent)
--      "reciprocal"  1 / r as shares (RRW)
-- Arguments: x: ranks over the axis, 1 the most important; any numbers, the smallest is most important. o: method
--   ("centroid"), power (1), along.
-- Result: shares over the axis; equal ranks share the mean of their weights.
-- Missing: an item without a rank has no weight.
-- Errors: another method is an error.
-- Source: Stillwell, Seaver and Edwards 1981 (sum, reciprocal); Barron and Barrett 1996 (centroid) (recalled).
function M.ranked(x, o)
  local method, axis, copy = plain(optional(o, "method"), "centroid"), along(o), other(o)
  local r = rank(x, axis, { order = "ascending", ties = "first" })
  local w
  if method == "centroid" then
    local k = r:as { [axis] = copy }
    w = sum(where(k:ge(r), 1 / k), copy)
  elseif method == "sum" then w = (count(x, axis) + 1 - r) ^ optional(o, "power", 1)
  elseif method == "reciprocal" then w = 1 / r
  else error { 'the method of ranked is "centroid", "sum" or "reciprocal", not %s', method } end
  return shares(mean(where(x:as { [axis] = copy }:eq(x), w:as { [axis] = copy }), copy), o)
end

-- The items of a list { { "A" }, { "B", number } … } with their weights, as an array.
local function listed(axis, list, weight)
  local rows = {}
  for i, item in ipairs(list) do rows[i] = { item[1], weight[i] } end
  local w = array(axis, rows)
  return w / sum(w, axis)
end

--- Step-wise weight assessment ratios, SWARA: items from the most important one on, each with how much less
-- important than the previous one it is: swara("indicator", { { "A" }, { "B", 0.2 }, { "C", 0.35 } }). q = previous
-- q / (1 + s), as shares.
-- Arguments: axis: as for comparisons. list: items and s, 0 or more.
-- Result: shares over the axis.
-- Missing: an item that is not listed is missing.
-- Errors: an s below 0, or one for the first item, is an error.
-- Source: Keršulienė, Zavadskas and Turskis 2010.
function M.swara(axis, list)
  local q = {}
  for i, item in ipairs(list) do
    local s = item[2]
    if i == 1 then s = s or 0 end
    if type(s) ~= "number" or s < 0 or i == 1 and s ~= 0 then
      error { i == 1 and "'%s' comes first and is compared with none, not %s"
        or "'%s' matters less than the one before by a number of 0 or more, not %s", item[1], s }
    end
    q[i] = i == 1 and 1 or q[i - 1] / (1 + s)
  end
  return listed(axis, list, q)
end

--- Full consistency, FUCOM: items from the most important one on, each with its priority, how many times less
-- important than the first it is: fucom("indicator", { { "A", 1 }, { "B", 2.1 }, { "C", 3 } }). The method finds
-- weights whose ratios, for neighbours and next but one, are as near as possible to those of the priorities.
-- Priorities never contradict each other, so they are met exactly: the deviation from full consistency is 0, and
-- the linear program has the single solution 1 / priority, as shares.
-- Arguments: axis: as for comparisons. list: items and priorities, 1 for the first, then 1 or more in ascending
--   order.
-- Result: shares over the axis.
-- Missing: an item that is not listed is missing.
-- Errors: priorities in another order are an error.
-- Source: Pamučar, Stević and Sremac 2018.
function M.fucom(axis, list)
  local w = {}
  for i, item in ipairs(list) do
    local times, before = item[2], i > 1 and list[i - 1][2] or 1
    if type(times) ~= "number" or apart(times, before) < 0 or i == 1 and times ~= 1 then
      if i == 1 then error { "'%s' matters most: its priority is 1, not %s", item[1], times } end
      error { "'%s' matters no more than the one before: its priority is %s or more, not %s", item[1], before, times }
    end
    w[i] = 1 / times
  end
  return listed(axis, list, w)
end

-- Consistency of best and worst: the least xi of Rezaei's first model, as a share of the greatest possible one.
-- xi is the least for which (p - xi) (q - xi) <= r <= (p + xi) (q + xi) and |r - a| <= xi for one r, where p and q
-- are the two comparisons of an item and a that of the best with the worst.
local function output_ratio(p, q, a, between, o)
  local s, off = p + q + 1, p * q - a
  local above = (s - sqrt(greatest(s ^ 2 - 4 * off, 0))) / 2
  local below = (sqrt(greatest(s ^ 2 - 4 * off, 0)) - s) / 2
  local own = where(between, where(off:gt(0), above, below))
  local function turned(x) return where(between, x):as { [along(o)] = other(o) } end
  local pairs_ = where(between, (p * q - turned(p * q)) / (p + q + turned(p) + turned(q)))
  local xi = greatest(coalesce(max(own, along(o)), 0), coalesce(max(pairs_, { along(o), other(o) }), 0))
  local most = (1 + 2 * a - sqrt(8 * a + 1)) / 2
  return where(a:gt(1), xi / where(a:gt(1), most), where(a:eq(1), 0))
end

--- Best-worst method, BWM. Weights of the linear model: the w with sum 1 that minimise the maximum of |w_B - best_j
-- w_j| and |w_j - worst_j w_W|.
-- Arguments: best: how many times as important as each item the best one is; worst: how many times as important as
--   the worst one each item is. Both over the axis, from 1 to 9; the best item has 1 in `best`, the worst 1 in
--   `worst`. Further axes (expert) are kept. o: along.
-- Result: shares over the axis; second result: a table: xi, that maximum; cr, the consistency ratio of the first
--   model, its xi over the greatest possible one (0 is consistent); cr_input, the maximum of |best_j worst_j - a| /
--   (a^2 - a), where a is the best compared with the worst.
-- Missing: items not compared with both have no weight.
-- Errors: a comparison below 1, no item with a 1, or a best and a worst that are compared in two ways leave no
--   weights, with a warning.
-- Source: Rezaei 2015 (first model, cr), 2016 (linear model); Liang, Brunelli and Rezaei 2020 (cr_input); all
--   recalled. That cr needs no search is worked out here.
function M.bwm(best, worst, o)
  local row, column = along(o), other(o)
  local function turned(x) return x:as { [row] = column } end
  local there = present(best) & present(worst)
  local wrong = best:lt(1) | worst:lt(1)
  warn(wrong, "bwm: a comparison is below 1, and there are no weights:", least(best, worst))
  there = there & ~coalesce(any(wrong, row), false)
  best, worst = where(there, best), where(there, worst)
  -- Of several items with a 1, the one that is furthest from the other end.
  local is_best = there & labels(row):eq(argmax(where(best:eq(1), worst), row))
  local is_worst = there & ~is_best & labels(row):eq(argmax(where(worst:eq(1) & ~is_best, best), row))
  is_best, is_worst = coalesce(is_best, false), coalesce(is_worst, false)
  local n = count(best, row)
  local found = any(is_best, row) & any(is_worst, row)
  local a, twice = sum(where(is_worst, best), row), sum(where(is_best, worst), row)
  warn(n:gt(1) & ~found, "bwm: no item has a 1 as the best, or none as the worst, and there are no weights")
  warn(a:ne(twice), "bwm: the best and the worst are compared in two ways, and there are no weights:", a)
  local fine = n:gt(1) & coalesce(found & a:eq(twice), false)

  -- The variables are the weights, except that xi is in the place of the best item, whose weight is 1 minus the others.
  local same = labels(row):eq(turned(labels(row)))
  local function others(x) return where(is_best | ~there, 0, x) end
  local first = where(turned(there & ~is_best), others(1 + where(same, turned(best), 0)))
  local second = where(turned(there & ~is_worst), others(where(turned(is_best), -1, where(same, 1, 0))
    - where(is_worst, turned(worst), 0)))
  local own, constant = where(is_best, 1, 0), where(turned(is_best), 1, 0)
  local v = lp { minimise = where(fine, own), over = row, subject_to = {
    { -first - own, "<=", -1 }, { first - own, "<=", 1 },
    { second - own, "<=", -constant }, { -second - own, "<=", constant },
    { others(1), "<=", 1 },
  } }
  local w = where(is_best, 1 - sum(where(is_best, 0, v), row), v)
  local between = there & ~is_best & ~is_worst
  local input = max(where(there, abs(best * worst - a)), row) / where(a:gt(1), a ^ 2 - a)
  return where(fine & there, w, where(n:eq(1) & there, 1)), {
    xi = where(fine, sum(where(is_best, v), row), where(n:eq(1), 0)),
    cr = where(fine, output_ratio(best, worst, a, between, o), where(n:eq(1), 0)),
    cr_input = where(fine, where(a:gt(1), input, 0), where(n:eq(1), 0)),
  }
end

--- Weights of a panel (德尔菲法): the mean of what the experts give each item, as shares.
-- Arguments: x over the experts and the items: points, shares or ratings. o: experts, the axis of the experts
--   ("expert"); trim, the share of answers to leave out at each end (such as 0.1); drop, a number to leave out at
--   each end (1: 去掉一个最高分和一个最低分); along.
-- Result: shares over the axis; second result: a table of all answers: mean, sd (n - 1), cv, low and high quartile,
--   n, and kept (truth: the answer was used).
-- Missing: answers not given are left out.
-- Errors: none.
-- Source: Dalkey and Helmer 1963; the Delphi statistics of 曾光 1994.
function M.panel(x, o)
  local expert = plain(optional(o, "experts"), "expert")
  local n = count(x, expert)
  local drop = optional(o, "drop") or floor(n * optional(o, "trim", 0) + 1e-9)
  local place = rank(x, expert, { order = "ascending", ties = "first" })
  local kept = place:gt(drop) & place:le(n - drop)
  local m, sd = mean(x, expert), std(x, expert)
  return shares(mean(where(kept, x), expert), o), {
    mean = m, sd = sd, cv = sd / m, n = n, kept = kept,
    low = quantile(x, expert, 0.25), high = quantile(x, expert, 0.75),
  }
end

--- Concordance of a panel, Kendall's W: 12 S / (m^2 (k^3 - k) - m T), S the squared deviations of the rank sums of
-- k items, T = sum(t^3 - t) over ties.
-- Arguments: x over the experts and the items. o: experts ("expert"), along.
-- Result: 0 to 1 (1: all have the same order); second result: chi-squared, m (k - 1) W, with k - 1 degrees of
--   freedom.
-- Missing: items not rated by all m experts are left out.
-- Errors: fewer than two items: missing.
-- Source: Kendall and Babington Smith 1939; Kendall 1970.
function M.concordance(x, o)
  local expert, item = plain(optional(o, "experts"), "expert"), along(o)
  local m = max(count(x, expert), item)
  local y = where(count(x, expert):eq(m), x)
  local k = count(max(y, expert), item)
  local sums = sum(rank(y, item, { ties = "average" }), expert)
  local ties = rank(y, item, { ties = "max" }) - rank(y, item) + 1
  local spread = 12 * sum((sums - mean(sums, item)) ^ 2, item)
  local W = spread / (m ^ 2 * (k ^ 3 - k) - m * sum(ties ^ 2 - 1, { expert, item }))
  return W, m * (k - 1) * W
end

return M
