-- Assessment of units (考核): marks of tasks, shares of the units that lead or take part, lateness, bonus, penalty.
--
-- Arrays are over tasks, shares of tasks, or units, as each function states. Marks are from 0 to 100 unless stated
-- otherwise. Grades are in grade.lua, panels of experts in panel.lua. Where a 考核办法 leaves a choice open, it is a
-- parameter, so that the rules state it.

local normalise = require "methods.normalise"

local M = {}

--- Completion: the share of the target that was done, limited to 100.
-- Arguments: done, target: over tasks, in the same unit of measure. p: steps, over, as in normalise.stepped; a
--   value between two steps gets the lower one (optional).
-- Result: marks over tasks, 0 to 100; with steps, points as in the steps.
-- Missing: nothing done is 0; without a target missing.
-- Errors: a target of 0 gives missing, with a warning.
-- Source: 完成率, common knowledge; steps: score tables of the 国发〔2007〕36号 family.
function M.completion(done, target, p)
  local percent = 100 * coalesce(done, 0) / target
  if optional(p, "steps") then return normalise.stepped(percent, p) end
  return clamp(percent, 0, 100)
end

--- Days late: finished - due, at least 0.
-- Arguments: due, finished: dates over tasks. closing: the closing day, a date; an unfinished task is late as of
--   this day.
-- Result: days over tasks.
-- Missing: a task without a due day is missing: it cannot be late.
-- Errors: none.
-- Source: definition.
function M.days_late(due, finished, closing)
  return greatest(days(due, coalesce(finished, closing)), 0)
end

--- Deduction for lateness: p.points for each period of p.days days that has begun, for at most p.most periods.
-- Exactly one period late is one period.
-- Arguments: late: days. p: days, points, most.
-- Result: points, axes of late.
-- Missing: without a due day, 0.
-- Errors: none.
-- Source: ours, in the shape of 逾期每满…扣….
function M.late_deduction(late, p)
  return coalesce(least(ceil(late / p.days), p.most) * p.points, 0)
end

--- A mark minus its deductions, at least 0.
-- Arguments: mark, deduction: points over the same axes.
-- Result: points.
-- Missing: if either is missing, missing.
-- Errors: none.
-- Source: definition.
function M.less(mark, deduction)
  return greatest(mark - deduction, 0)
end

--- Mean of the marks of each unit's shares in tasks: Σ weight·role·mark / Σ weight·role.
-- Arguments: mark, weight: over `share`. role: the part of the weight that counts for this share, such as 1 for the
--   lead and 0.5 for a participant. unit: the unit of each share, texts; makes the axis `unit`. exempt: truth
--   (optional); an exempt share is left out of both sums.
-- Result: marks over `unit`.
-- Missing: a share without a mark is left out of both sums; a unit without any share left is missing.
-- Errors: none.
-- Source: ours; no text with exact shares was found.
function M.shares(mark, weight, role, unit, exempt)
  if exempt then mark = where(~exempt, mark) end
  return mean(mark, "share", { weights = where(true, weight * role), by = unit, axis = "unit" })
end

--- Points of the items of a project times the weight of the project: Σ points · weight.
-- Arguments: points over `item` (the name of an axis). weight: 0 to 1.
-- Result: points, without that axis.
-- Missing: items without points are left out.
-- Errors: none.
-- Source: 粤办函〔2011〕648号 (每项二级指标所得分值加总后乘以该项目的总权重).
function M.project(points, item, weight)
  return sum(points, item) * weight
end

--- Marks with different full marks (345 and 100 points, say) as one: Σ weight · mark / full · scale / Σ weight.
-- Arguments: marks, full, weights: lists of the same length. scale: 100.
-- Result: points, 0 to scale.
-- Missing: if any mark is missing, missing.
-- Errors: none.
-- Source: a city's plan of about 2010.
function M.scaled(marks, full, weights, scale)
  local total, weight = 0, 0
  for i, mark in ipairs(marks) do
    total = total + weights[i] * mark / full[i]
    weight = weight + weights[i]
  end
  return (scale or 100) * total / weight
end

--- Points summed for each unit and limited to `most`. Also for penalties, which are positive here and subtracted by
-- the rules.
-- Arguments: points over `event` (the name of an axis), 0 or more. unit: the unit of each event. most: a number.
-- Result: points over `unit`.
-- Missing: a unit without events has 0.
-- Errors: none.
-- Source: 杭州2018 (合计不超过1分).
function M.capped(points, event, unit, most)
  return least(coalesce(sum(points, event, { by = unit, axis = "unit" }), 0), most)
end

--- Truth: there is an event of this kind for the unit.
-- Arguments: is: truth over `event` (the name of an axis). unit: the unit of each event.
-- Result: truth over `unit`.
-- Missing: never missing.
-- Errors: none.
-- Source: definition.
function M.happened(is, event, unit)
  return coalesce(any(is, event, { by = unit, axis = "unit" }), false)
end

--- Points by place: the first p.first get p.first … 1, the last p.last get -1 … -p.last, the others 0. Equal places
-- get the points of the place they share.
-- Arguments: place over `unit`, 1 the best. n: the number of units. p: first, last; overlap, for fewer than p.first
--   + p.last units: "add" adds both, "first" or "last" gives one of them precedence.
-- Result: points over `unit`.
-- Missing: stays missing.
-- Errors: without `overlap` there is an error.
-- Source: a city's plan of about 2010 (第1至5名加5至1分, 末5名扣5至1分); its overlap is ours.
function M.place_bonus(place, n, p)
  local up = clamp(p.first + 1 - place, 0, p.first)
  local down = clamp(place - (n - p.last), 0, p.last)
  local overlap = plain(optional(p, "overlap"))
  if overlap == "add" then return up - down end
  if overlap == "first" then return where(up:gt(0), up, -down) end
  if overlap == "last" then return where(down:gt(0), -down, up) end
  error('place_bonus: say what holds where the first and the last overlap: overlap = "add", "first" or "last"')
end

--- Several years as one: p.share of the mean of the earlier years, and the rest of the last year, rounded half up.
-- Arguments: years over `axis`, without the last year. last_year: over the other axes. p: share (0.5), places (0:
--   whole numbers).
-- Result: points, without `axis`.
-- Missing: missing years are left out of the mean; without the last year missing.
-- Errors: none.
-- Source: “十三五”水资源考核方案 (年度平均×50%+期末年×50%, 分值保留整数).
function M.period(years, axis, last_year, p)
  local share = optional(p, "share", 0.5)
  return round(share * mean(years, axis) + (1 - share) * last_year, optional(p, "places", 0))
end

return M
