-- How similar two rankings are: of two methods, two years, or two indices.
--
-- x and y are ranks, 1 the best, over `unit` or the axis given as third argument. Further axes (method, year …) are
-- kept, so ws(r, r:as { method = "with" }) compares every method with every other. Units that lack one of the two
-- are left out; the ranks of the others close up, and equal ones share the mean. With a single unit the results are
-- missing. Where only the order counts (kendall_distance, gamma), both arguments may be scores. For correlations by
-- Spearman and Kendall see describe.correlations and `correlate`.

local M = {}

-- x and y of the units that have both.
local function both(x, y) return where(present(y), x), where(present(x), y) end

-- Their ranks and their number, which is missing if there is only one.
local function ranks(x, y, axis)
  local own, with = both(x, y)
  local function placed(z) return rank(z, axis, { order = "ascending", ties = "average" }) end
  local n = count(own, axis)
  return placed(own), placed(with), where(n:gt(1), n)
end

--- WS coefficient of rank similarity: 1 - sum(2^-x |x - y| / max(x - 1, n - x)). x is the reference: a difference
-- counts half as much at each further place of it.
-- Arguments: x, y: ranks over `axis` (`unit`).
-- Result: 1 for the same ranking, down to nearly 0; without `axis`.
-- Missing: left out; fewer than two pairs: missing.
-- Errors: none.
-- Source: Sałabun and Urbaniak 2020.
function M.ws(x, y, axis)
  axis = axis or "unit"
  local r, s, n = ranks(x, y, axis)
  return 1 - sum(2 ^ -r * abs(r - s) / greatest(r - 1, n - r), axis)
end

--- Weighted rank correlation r_w, in which the top counts more: 1 - 6 sum((x - y)^2 (2 n + 2 - x - y)) / (n^4 + n^3
-- - n^2 - n).
-- Arguments: x, y: ranks over `axis` (`unit`).
-- Result: 1 to -1, without `axis`.
-- Missing: left out; fewer than two pairs: missing.
-- Errors: none.
-- Source: Pinto da Costa and Soares 2005.
function M.weighted_spearman(x, y, axis)
  axis = axis or "unit"
  local r, s, n = ranks(x, y, axis)
  return 1 - 6 * sum((r - s) ^ 2 * (2 * n + 2 - r - s), axis) / (n ^ 4 + n ^ 3 - n ^ 2 - n)
end

-- The numbers of pairs in the same order, in opposite orders, equal in one, and equal in both.
local function pairs_of(x, y, axis)
  local own, with = both(x, y)
  local copy = "pair_" .. axis
  local function order(z)
    local other = z:as { [axis] = copy }
    return where(z:gt(other), 1, where(z:lt(other), -1, 0))
  end
  local a, b = order(own), order(with)
  local function half(which) return sum(which, { axis, copy }) / 2 end
  local n = count(own, axis)
  local t = { concordant = half((a * b):gt(0)), discordant = half((a * b):lt(0)), tied = half(a:eq(0):ne(b:eq(0))) }
  t.all = where(n:gt(1), n * (n - 1) / 2)
  t.both_tied = t.all - t.concordant - t.discordant - t.tied
  return t
end

--- Kendall's distance: the number of pairs that the two rankings have in opposite orders, plus a half for each pair
-- that is equal in one of them only.
-- Arguments: x, y: ranks or scores over `axis` (`unit`).
-- Result: a number of pairs, without `axis`; second result: the share of all pairs, 0 to 1.
-- Missing: left out; fewer than two units: missing.
-- Errors: none.
-- Source: Kendall 1938; ties Fagin et al. 2006, p = 1/2.
function M.kendall_distance(x, y, axis)
  local t = pairs_of(x, y, axis or "unit")
  local distance = where(present(t.all), t.discordant + t.tied / 2)
  return distance, distance / t.all
end

--- Goodman and Kruskal's gamma: (C - D) / (C + D) of the pairs in the same and in opposite orders; ties do not
-- count.
-- Arguments: x, y: ranks or scores over `axis` (`unit`).
-- Result: 1 to -1, without `axis`; second result: a table of numbers of pairs: concordant, discordant, tied (equal
--   in one), both_tied, all.
-- Missing: left out; if all pairs are tied, missing.
-- Errors: none.
-- Source: Goodman and Kruskal 1954.
function M.gamma(x, y, axis)
  local t = pairs_of(x, y, axis or "unit")
  local ordered = t.concordant + t.discordant
  return (t.concordant - t.discordant) / where(ordered:gt(0), ordered), t
end

return M
