-- A county is ranked only if it has enough figures in every pillar, not only in total.
local describe, normalise, combine = require "methods.describe", require "methods.normalise", require "methods.combine"

return assessment {
  id = "screening", title = "Counties with figures in every pillar",
  data = { figures = csv("screening.csv", { unit = "county" }) },
  levels = { "indicator", "pillar", "index" },
  params = { share = 0.6 },
  index = index { "county", "County",
    group { "schools", "Schools", indicator { "teachers", "Teachers" }, indicator { "places", "Places" }, indicator { "books", "Books" } },
    group { "health", "Health", indicator { "doctors", "Doctors" }, indicator { "beds", "Beds" } },
  },
  outputs = { "share", "lacking", "score", "rank" },
  titles = { share = "Share of the figures there", lacking = "First pillar that lacks figures" },
  compute = function(a)
    local figures, i = a.data.figures, a.index
    local share = describe.availability(figures, i)                      -- unit × pillar
    local enough = share:ge(a.params.share)
    local counted = where(all(enough, "pillar"), figures)                -- excluded counties do not affect the others
    local score = combine.weighted_mean(combine.weighted_mean(normalise.minmax(counted, i), i), i)
    return { share = round(share, 2), lacking = first(where(~enough, labels "pillar"), "pillar"),
             score = round(score, 2), rank = rank(score, "unit") }
  end,
}
