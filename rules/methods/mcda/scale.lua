-- Scales: the figures of each indicator as fractions, the larger the better, from what the units
-- have.
--
-- x over `unit`, better as everywhere in mcda.lua. Missing stays missing. Several of them turn
-- what should be small by another formula than -x; which one is part of the name's meaning, and is
-- what packages differ in. These forms, and their names, are those of the package pymcdm; a survey
-- is Jahan and Edwards 2015.

local M = {}

--- Truth: should be small.
function M.cost(better)
  return coalesce(better or "higher", "higher"):eq("lower")
end

--- 1 where more is better, -1 where less is.
function M.direction(better)
  return where(M.cost(better), -1, 1)
end

--- x without the units that lack something, and without the indicators that have no weight or no
-- figures.
function M.complete(x, w)
  local used = any(present(x), "unit")
  if w then used = used & coalesce(w, 0):ne(0) end
  return where(used & all(present(x) | ~used, "indicator"), x)
end

--- (x - min) / (max - min); (max - x) / (max - min). Source: Weitendorf 1976.
function M.minmax(x, better)
  local lo, hi = min(x, "unit"), max(x, "unit")
  return where(M.cost(better), hi - x, x - lo) / (hi - lo)
end

--- x / max; 1 - x / max.
function M.max(x, better)
  local share = x / max(x, "unit")
  return where(M.cost(better), 1 - share, share)
end

--- x / max; min / x. For figures above 0. The usual one of WPM, WASPAS, CODAS. Source: Stopp 1975.
function M.linear(x, better)
  return where(M.cost(better), min(x, "unit") / x, x / max(x, "unit"))
end

--- x / sum; (1 / x) / sum of 1 / x. For figures above 0.
function M.sum(x, better)
  local y = where(M.cost(better), 1 / x, x)
  return y / sum(y, "unit")
end

--- x / root of the sum of squares; 1 - that. The usual one of TOPSIS. Source: Hwang and Yoon 1981.
function M.vector(x, better)
  local share = x / sqrt(sum(x ^ 2, "unit"))
  return where(M.cost(better), 1 - share, share)
end

--- ln x / ln of the product; (1 - that) / (n - 1). For figures above 1. Source: Zavadskas and
-- Turskis 2008.
function M.logarithmic(x, better)
  local share = log(x) / sum(log(x), "unit")
  return where(M.cost(better), (1 - share) / (count(x, "unit") - 1), share)
end

--- (x / max)^2; (min / x)^3. Source: Peldschus et al. 1983.
function M.nonlinear(x, better)
  return M.linear(x, better) ^ where(M.cost(better), 3, 2)
end

--- 1 - the share in all distances from the best. Source: Zeng et al. 2013 (enhanced accuracy).
function M.enhanced(x, better)
  local y = M.direction(better) * x
  local behind = max(y, "unit") - y
  return 1 - behind / sum(behind, "unit")
end

--- 1 - |max - x| / max; 1 - |min - x| / min. Source: Zavadskas and Turskis 2008.
function M.zavadskas_turskis(x, better)
  local best = where(M.cost(better), min(x, "unit"), max(x, "unit"))
  return 1 - abs((best - x) / best)
end

return M
