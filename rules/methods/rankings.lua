-- How alike two rankings are: of two methods, two years, an index and another one.
--
-- x and y are ranks, 1 the best, over `unit` or the axis that is named; further axes (method, year …) come along, so that
-- ws(r, r:as { method = "with" }) compares all methods with all. What lacks one of the two takes no part, the ranks of
-- the others close up, and equal ones share the mean. Of one unit alone there is nothing to say: missing. Where order
-- alone counts (kendall_distance, gamma) they may be scores, both of them. Correlations by Spearman and Kendall are
-- describe.correlations and `correlate`.

local M = {}

-- x and y of those that have both.
local function both(x, y) return where(present(y), x), where(present(x), y) end

-- Their ranks and how many they are; missing where there is but one.
local function ranks(x, y, axis)
  local own, with = both(x, y)
  local function placed(z) return rank(z, axis, { order = "ascending", ties = "average" }) end
  local n = count(own, axis)
  return placed(own), placed(with), where(n:gt(1), n)
end

--- WS coefficient of rank similarity, 1 for the same ranking down to nearly 0: 1 - sum(2^-x |x - y| / max(x - 1, n - x)).
-- x is the reference: a difference counts half as much from place to place of it. Source: Sałabun and Urbaniak 2020.
function M.ws(x, y, axis)
  axis = axis or "unit"
  local r, s, n = ranks(x, y, axis)
  return 1 - sum(2 ^ -r * abs(r - s) / greatest(r - 1, n - r), axis)
end

--- Weighted rank correlation r_w, 1 to -1, in which the top counts more: 1 - 6 sum((x - y)^2 (2 n + 2 - x - y)) / (n^4 +
-- n^3 - n^2 - n). Source: Pinto da Costa and Soares 2005.
function M.weighted_spearman(x, y, axis)
  axis = axis or "unit"
  local r, s, n = ranks(x, y, axis)
  return 1 - 6 * sum((r - s) ^ 2 * (2 * n + 2 - r - s), axis) / (n ^ 4 + n ^ 3 - n ^ 2 - n)
end

-- How many pairs are in the same order by both, in opposite orders, equal by one and by both.
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

--- Kendall's distance: the number of pairs that the two rankings have in opposite orders, a half for each that is equal
-- in one of them only; and as a share of all pairs, 0 to 1. Source: Kendall 1938; ties Fagin et al. 2006, p = 1/2.
function M.kendall_distance(x, y, axis)
  local t = pairs_of(x, y, axis or "unit")
  local distance = where(present(t.all), t.discordant + t.tied / 2)
  return distance, distance / t.all
end

--- Goodman and Kruskal's gamma, 1 to -1: (C - D) / (C + D) of the pairs in the same and in opposite orders; ties do not
-- count, and where all pairs are tied it is missing. Returns it and a table: concordant, discordant, tied (equal in one),
-- both_tied, all: numbers of pairs. Source: Goodman and Kruskal 1954.
function M.gamma(x, y, axis)
  local t = pairs_of(x, y, axis or "unit")
  local ordered = t.concordant + t.discordant
  return (t.concordant - t.discordant) / where(ordered:gt(0), ordered), t
end

return M
