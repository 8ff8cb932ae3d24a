-- What is better: the one place where methods that compare figures take notice of `better`.
--
-- better is a text or texts over the indicators: "higher" (where missing or not given), "lower", or "target" for what
-- should lie in a band, such as the acidity of water. Any other text is an error.

local M = {}

local function words(better, method)
  local word = coalesce(better, "higher")
  refuse(~(word:eq("higher") | word:eq("lower") | word:eq("target")),
    { '%s: better is "higher", "lower" or "target", here it is another word', method })
  return word
end

--- Truth: should be small. For methods that have no answer where the best is in the middle: "target" is an error.
function M.lower(better, method)
  if not better then return false end
  local word = words(better, method)
  refuse(word:eq("target"), { '%s goes upwards or downwards and has no answer where better = "target"; '
    .. "normalise.interval has, and so have minmax, zscore, rank and distance_to_target, which take the distance from "
    .. "the band, and mcda.rim, mcda.lopm and mcda.spotis with `expected`", method })
  return word:eq("lower")
end

--- x oriented so that more is better: -x where lower is, and where a target is, minus the distance from the band
-- p.target_low to p.target_high (or the point p.target), so that 0 is the best there is. Without a band it is an error.
-- The second result is truth where a target is, or nil where p says nothing of better.
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
  local off = -greatest(low - x, x - high, 0)
  return where(centred, off, where(word:eq("lower"), -x, x)), centred
end

return M
