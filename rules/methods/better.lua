-- Directions: the one place where methods read `better`.
--
-- better is a text or texts over the indicators: "higher" (default), "lower", or "target" for figures that should
-- be in a band, such as the acidity of water. Any other text is an error.

local M = {}

local function words(better, method)
  local word = coalesce(better, "higher")
  refuse(~(word:eq("higher") | word:eq("lower") | word:eq("target")),
    { '%s: better is "higher", "lower" or "target", here it is another word', method })
  return word
end

--- Truth: less is better. For methods that have no result if the best is in the middle.
-- Arguments: better: texts. method: a name for the error.
-- Result: truth, axes of better; false if better is nil.
-- Missing: missing means "higher".
-- Errors: "target" or another text is an error.
-- Source: definition.
function M.lower(better, method)
  if not better then return false end
  local word = words(better, method)
  refuse(word:eq("target"), { '%s goes upwards or downwards and has no answer where better = "target"; '
    .. "normalise.interval has, and so have minmax, zscore, rank and distance_to_target, which take the distance from "
    .. "the band, and mcda.rim, mcda.lopm and mcda.spotis with `expected`", method })
  return word:eq("lower")
end

--- x with a direction in which more is better: -x if less is better; for a target, minus the distance from the band
-- p.target_low to p.target_high (or from the point p.target), so that 0 is the best.
-- Arguments: x: figures. p: better, target_low, target_high, target. method: a name for the error.
-- Result: axes of x; second result: truth, there is a target; nil if p has no `better`.
-- Missing: stays missing.
-- Errors: "target" without a band, or another text, is an error.
-- Source: definition.
function M.oriented(x, p, method)
  local better = optional(p, "better")
  if not better then return x end
  local word = words(better, method)
  local low, high = optional(p, "target_low", optional(p, "target")), optional(p, "target_high", optional(p, "target"))
  local centred = word:eq("target")
  if not low or not high then
    refuse(centred, { '%s: better = "target" needs the band: target = { from, to }', method })
    return where(word:eq("lower"), -x, x), centred
  end
  refuse(centred & ~(present(low) & present(high)), { '%s: better = "target" needs the band: target = { from, to }', method })
  -- On paper: in binary 12.3 and 12.7 are not equally far from 12.5. A difference has no more places than its figures.
  local size = greatest(abs(x), abs(low), abs(high), 1e-300)
  local off = -round(greatest(low - x, x - high, 0), 14 - floor(log10(size)))
  return where(centred, off, where(word:eq("lower"), -x, x)), centred
end

return M
