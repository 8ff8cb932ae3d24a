-- Assessment of units (考核): marks of tasks, shares of those who lead and take part, lateness, bonus, penalty.
--
-- Arrays are over tasks, shares of tasks, or units, as each function says; marks go from 0 to 100 where nothing else
-- is said. Grades are in methods.grade, panels of experts in methods.panel. Where texts are silent these are
-- parameters: a rule states its choice in a line.

local normalise = require "methods.normalise"

local M = {}

--- Completion, 0 to 100: how much of the target was done; nothing done is 0, where there is no target it is
-- missing. With p.steps (as of normalise.stepped) a value between two steps gets the lower one. done,
-- target: over tasks, in the same unit of measure. Source: 完成率, common
-- knowledge; steps: score tables of the 国发〔2007〕36号 family.
function M.completion(done, target, p)
  local percent = 100 * coalesce(done, 0) / target
  if optional(p, "steps") then return normalise.stepped(percent, p) end
  return clamp(percent, 0, 100)
end

--- Days late: finished - due, not below 0. What is not finished is late as of the day `closing`; what has no due
-- day is never late, but missing: there is nothing to be late for. due, finished: dates.
function M.days_late(due, finished, closing)
  return greatest(days(due, coalesce(finished, closing)), 0)
end

--- Points off for lateness: p.points for each period of p.days days that has begun, at most p.most periods. No due
-- day, no deduction. late: days. Exactly one period late is one period. Source: ours, in the shape of 逾期每满…扣….
function M.late_deduction(late, p)
  return coalesce(least(ceil(late / p.days), p.most) * p.points, 0)
end

--- A mark less its deductions, not below 0.
function M.less(mark, deduction)
  return greatest(mark - deduction, 0)
end

--- Mean of the marks of each unit's shares in tasks: Σ weight·role·mark / Σ weight·role. A share without a mark, or
-- with `exempt` true, leaves both sums. mark, weight, unit (its labels; makes the axis `unit`), exempt: over shares;
-- role: the part of the weight that counts for this share, such as 1 for who leads and 0.5 for who takes part.
-- A unit without any share left is missing. Source: ours; no text with exact shares was found.
function M.shares(mark, weight, role, unit, exempt)
  if exempt then mark = where(~exempt, mark) end
  return mean(mark, "share", { weights = where(true, weight * role), by = unit, axis = "unit" })
end

--- Points of items inside a project times the project's weight: Σ points · weight. points: over `item` (an axis);
-- weight: 0 to 1. Source: 粤办函〔2011〕648号 (每项二级指标所得分值加总后乘以该项目的总权重).
function M.project(points, item, weight)
  return sum(points, item) * weight
end

--- Marks out of different full marks as one: Σ weight · mark / full · scale / Σ weight, for two lists of as
-- many marks (345 and 100 points, say). Missing if any is. Source: a city's plan of about 2010.
function M.scaled(marks, full, weights, scale)
  local total, weight = 0, 0
  for i, mark in ipairs(marks) do
    total = total + weights[i] * mark / full[i]
    weight = weight + weights[i]
  end
  return (scale or 100) * total / weight
end

--- Points summed for each unit and kept to at most `most`; none is 0. points: over `event` (an axis), 0 or
-- more; unit: the unit of each event. For penalties as well: they are positive here and taken off by the
-- rule. Source: 杭州2018 (合计不超过1分).
function M.capped(points, event, unit, most)
  return least(coalesce(sum(points, event, { by = unit, axis = "unit" }), 0), most)
end

--- Is there an event of this kind for the unit? is: truth over `event` (an axis). Truth over `unit`, never missing.
function M.happened(is, event, unit)
  return coalesce(any(is, event, { by = unit, axis = "unit" }), false)
end

--- Points by place: the first p.first get p.first … 1, the last p.last get -1 … -p.last, the others 0.
-- place: over `unit`, 1 the best; n: how many there are. With fewer than p.first + p.last units both lists
-- hold for those in between, and p.overlap must say how: "add" adds them, "first" or "last" lets one go
-- before. Equal places get the points of the place they share. Source: a city's plan of about 2010
-- (第1至5名加5至1分, 末5名扣5至1分); its overlap is ours.
function M.place_bonus(place, n, p)
  local up = clamp(p.first + 1 - place, 0, p.first)
  local down = clamp(place - (n - p.last), 0, p.last)
  local overlap = plain(optional(p, "overlap"))
  if overlap == "add" then return up - down end
  if overlap == "first" then return where(up:gt(0), up, -down) end
  if overlap == "last" then return where(down:gt(0), -down, up) end
  error('place_bonus: say what holds where the first and the last overlap: overlap = "add", "first" or "last"')
end

--- Several years as one: p.share of the mean of the years before, the rest the last year, rounded to
-- p.places (0: whole numbers) half up. years: over `axis` without the last year. Source: “十三五”水资源考核方案
-- (年度平均×50%+期末年×50%, 分值保留整数).
function M.period(years, axis, last_year, p)
  local share = optional(p, "share", 0.5)
  return round(share * mean(years, axis) + (1 - share) * last_year, optional(p, "places", 0))
end

return M
