-- The assessment of units: shares, lateness, exemption, parts, bonus, veto, bands, a quota and places, as in
-- rules/2011-units.lua, over 5,000,000 tasks of 100,000 units.
local appraise = require "methods.appraise"
local grade    = require "methods.grade"

local bands = { { "A", 90 }, { "B", 80 }, { "C", 60 }, { "D", 0 } }

return assessment {
  id = "units", title = "Units",
  data = {
    units = csv("../../build/bench/units-100000/units.csv", { rows = "unit", label = "unit" }),
    tasks = csv("../../build/bench/units-100000/tasks.csv", { rows = "share", labels = { unit = "unit" }, date = { "due", "finished" } }),
  },
  outputs = { "total", "grade", "rank" },
  compute = function(a)
    local t, u = a.data.tasks, a.data.units
    local late = appraise.days_late(t.due, t.finished, date "2012-01-15")
    local mark = appraise.less(appraise.completion(t.done, t.target),
      appraise.late_deduction(late, { days = 15, points = 5, most = 4 }))
    local role = where(t.lead:eq(1), 1, 0.5)
    local tasks = appraise.shares(mark, t.weight, role, t.unit, t.exempt:eq(1))
    local vetoed = u.veto:eq(1)
    local bonus = where(vetoed, 0, least(u.bonus, 2))
    local total = round(0.7 * tasks + 0.2 * u.plan + 0.1 * u.panel + bonus, 2)
    local reached = grade.ceiling(grade.band(total, bands), vetoed, bands, "C")
    local keys = { total, round(tasks, 2) }
    local quota = { grade = "A", share = 0.05, rounding = "floor", minimum = 1, ties = "out" }
    local place = grade.quota(reached, keys, bands, quota)
    return { total = total, grade = grade.name(place, bands), rank = grade.order(keys, "unit") }
  end,
}
