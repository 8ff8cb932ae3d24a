-- Tests of 2011-units.lua by hand: each rule of the draft alone, on the smallest data that show it; its boundaries; five
-- units of the sample, computed on paper; and the results of the sample.

-- A year of some units, each a table of what differs from the default. By default a unit leads one task, done in full and
-- on time, has a plan of 100 on time, one report on time and three marks of 100: 100 points.
local function year(units)
  local d = { units = {}, tasks = {}, plans = {}, reports = {}, panel = {}, events = {} }
  local function add(name, row) d[name][#d[name] + 1] = row end
  for _, u in ipairs(units) do
    add("units", { unit = u[1] })
    for k, t in ipairs(u.tasks or { {} }) do
      add("tasks", { task = u[1] .. k, what = "事项", clause = "四", lead = u[1], with = t.with or missing, weight = t.weight or 10,
        due = t.due or "2011-06-30", target = 100, done = t.done or 100, finished = t.finished or "2011-06-30",
        submit = t.submit or missing, submitted = t.submitted or missing, exempt = t.exempt or missing, evidence = "有", cite = missing })
    end
    for _, p in ipairs(u.plans or { {} }) do
      add("plans", { unit = u[1], mark = p.mark or 100, received = p.received or "2011-03-31", evidence = "有" })
    end
    for _, r in ipairs(u.reports or { {} }) do
      add("reports", { unit = u[1], kind = "报告", due = "2011-07-15", received = r.received or "2011-07-15" })
    end
    for k, mark in ipairs(u.marks or { 100, 100, 100 }) do add("panel", { unit = u[1], expert = "专家" .. k, mark = mark }) end
    for k, e in ipairs(u.events or { { "备注" } }) do
      add("events", { event = u[1] .. k, unit = u[1], kind = e[1], level = e[2] or missing, clause = "考核办法", date = "2011-12-01",
        evidence = "有" })
    end
  end
  return d
end

local function run(t, units, set) return t.run("2011-units.lua", year(units), { set = set }) end

-- One unit alone, given by what differs from the default.
local function alone(t, u, set)
  u[1] = "甲"
  return run(t, { u }, set)
end

-- No plan is a row without a mark; for a unit without reports, the report belongs to another unit.
local nothing = { { mark = 0 } }

-- ---- the four parts

test("each part by itself: 70, 10, 10 and 10 points", function(t)
  t.near(alone(t, {}).total, 100)
  t.near(alone(t, { plans = nothing, reports = { { received = missing } }, marks = { 0, 0, 0 } }).total, 70 - 1) -- a report missed
  t.near(alone(t, { tasks = { { done = 0 } } }).total, 30)
  t.near(alone(t, { plans = nothing }).total, 90)
  t.near(alone(t, { marks = { 0, 0, 0 } }).total, 90)
  t.near(alone(t, { tasks = { { done = 50 } }, plans = { { mark = 80 } }, marks = { 60, 60, 60 } }).parts,
    { tasks = 35, plan = 8, reporting = 10, panel = 6 })
end)

test("completion: in proportion, nothing done is 0, more than the target is 100", function(t)
  for done, mark in pairs { [0] = 0, [35] = 35, [99.5] = 99.5, [100] = 100, [140] = 100, [-20] = 0 } do
    t.near(alone(t, { tasks = { { done = done } } }).completion, mark)
  end
  t.near(alone(t, { tasks = { { done = missing } } }).completion, 0)
  t.near(alone(t, { tasks = { { done = missing } } }).marks:at { part = "tasks" }, 0)
end)

-- ---- lateness: 5 points for each started 15 days, at most four times

local function off(t, finished, due) return alone(t, { tasks = { { finished = finished, due = due } } }).deduction end

test("a task's lateness", function(t)
  -- due on 2011-06-30
  for finished, points in pairs {
    ["2011-06-01"] = 0, ["2011-06-30"] = 0, ["2011-07-01"] = 5, ["2011-07-15"] = 5, ["2011-07-16"] = 10, ["2011-07-30"] = 10,
    ["2011-07-31"] = 15, ["2011-08-14"] = 15, ["2011-08-15"] = 20, ["2011-08-29"] = 20, ["2011-08-30"] = 20, ["2012-01-01"] = 20,
  } do t.near(off(t, finished), points) end
end)

test("what is not finished is late as of the day of the self-report, 2012-01-15", function(t)
  t.near(off(t, missing, "2011-12-31"), 5)        -- 15 days
  t.near(off(t, missing, "2011-12-30"), 10)       -- 16 days
  t.near(alone(t, { tasks = { { finished = missing, due = "2011-12-31" } } }).late_days, 15)
end)

test("without a day nothing is late", function(t)
  local r = alone(t, { tasks = { { due = missing, finished = missing } } })
  t.near(r.deduction, 0)
  t.missing(r.late_days)
  t.near(r.late_tasks, 0)
end)

test("a mark does not go below 0", function(t)
  t.near(alone(t, { tasks = { { done = 12, finished = "2011-12-01" } } }).marks:at { part = "tasks" }, 0)   -- 12 - 20
  t.near(alone(t, { tasks = { { done = 20.5, finished = "2011-12-01" } } }).marks:at { part = "tasks" }, 0.5)
end)

test("late tasks are counted, one day suffices, and only those that are led", function(t)
  local late, soon = { finished = "2011-07-01" }, {}
  t.near(alone(t, { tasks = { late, late, soon } }).late_tasks, 2)
  t.near(alone(t, { tasks = { soon } }).late_tasks, 0)
  t.near(alone(t, { tasks = { late, { finished = "2011-08-01", exempt = "国家下达" } } }).late_tasks, 1)
  t.is(run(t, { { "甲", tasks = { { finished = "2011-07-01", with = "乙" } } }, { "乙" } }).late_tasks, { ["甲"] = 1, ["乙"] = 0 })
end)

-- ---- shares

test("who takes part has half of the weight", function(t)
  -- 乙 leads a task of weight 10 with 100, and takes part in one of 20 with 40: (10*100 + 20*0.5*40) / (10 + 10) = 70.
  local r = run(t, { { "甲", tasks = { { weight = 20, done = 40, with = "乙" } } }, { "乙" } })
  t.near(r.marks:at { part = "tasks" }, { ["甲"] = 40, ["乙"] = 70 })
  t.near(r.lead_score, { ["甲"] = 40, ["乙"] = 100 })
  t.near(run(t, { { "甲", tasks = { { weight = 20, done = 40, with = "乙" } } }, { "乙" } }, { ["params.role.participant"] = 1 })
    .marks:at { unit = "乙", part = "tasks" }, (10 * 100 + 20 * 40) / 30)
end)

test("weights of tasks", function(t)
  t.near(alone(t, { tasks = { { weight = 30, done = 80 }, { weight = 10, done = 40 } } }).marks:at { part = "tasks" }, 70)
end)

test("an exempt task leaves both sums; a unit with nothing else has no total", function(t)
  t.near(alone(t, { tasks = { { done = 80 }, { done = 0, exempt = "国家下达" } } }).marks:at { part = "tasks" }, 80)
  local r = run(t, { { "甲", tasks = { { exempt = "国家下达" } } }, { "乙" } })
  t.missing(r.total:at { unit = "甲" })
  t.missing(r.grade:at { unit = "甲" })
  t.missing(r.rank:at { unit = "甲" })
  t.is(r.rank:at { unit = "乙" }, 1)
end)

-- ---- plan, reports, panel

test("the plan: late it loses like a task, without a mark it is 0, two count as their mean", function(t)
  local function plan(...) return alone(t, { plans = { ... } }).marks:at { part = "plan" } end
  t.near(plan { mark = 90 }, 90)
  t.near(plan { mark = 90, received = "2011-04-01" }, 85)
  t.near(plan { mark = 90, received = "2011-04-15" }, 85)
  t.near(plan { mark = 90, received = "2011-04-16" }, 80)
  t.near(plan { mark = 90, received = "2011-01-02" }, 90)
  t.near(plan { mark = 12, received = "2011-12-31" }, 0)
  t.near(plan { mark = 20.5, received = "2011-12-31" }, 0.5)
  t.near(plan { mark = missing }, 0)
  t.near(plan({ mark = 90 }, { mark = 60 }), 75)
  t.near(plan { mark = 90, received = missing }, 70)          -- never received: late as of 2012-01-15
  -- A unit of which no plan is listed has none.
  local two = year { { "甲" }, { "乙" } }
  table.remove(two.plans)
  t.near(t.run("2011-units.lua", two).marks:at { part = "plan" }, { ["甲"] = 100, ["乙"] = 0 })
end)

test("reports: 100 in time, less when late, 0 when they never come", function(t)
  local function reports(...) return alone(t, { reports = { ... } }) end
  t.near(reports({ received = "2011-07-10" }).marks:at { part = "reporting" }, 100)
  t.near(reports({ received = "2011-07-16" }).marks:at { part = "reporting" }, 95)
  t.near(reports({}, { received = missing }).marks:at { part = "reporting" }, 50)
  t.near(reports({}, { received = missing }).penalty, 1)
  t.near(reports({ received = missing }, { received = missing }, {}).penalty, 2)
  local two = year { { "甲" }, { "乙" } }
  table.remove(two.reports)
  local r = t.run("2011-units.lua", two)
  t.near(r.marks:at { part = "reporting" }, { ["甲"] = 100, ["乙"] = 0 })
  t.near(r.penalty, { ["甲"] = 0, ["乙"] = 0 })                -- what is not asked for is not missed
end)

test("the panel: without the highest and the lowest mark, two or fewer as they are", function(t)
  local function panel(set, ...) return alone(t, { marks = { ... } }, set).marks:at { part = "panel" } end
  t.near(panel(nil, 74, 75, 69, 82, 76, 73, 77), 75)          -- 375 / 5
  t.near(panel(nil, 100, 60, 50), 60)
  t.near(panel(nil, 100, 50), 75)
  t.near(panel(nil, 40), 40)
  t.near(panel(nil, 90, 90, 60, 60), 75)                      -- of equal marks one goes
  t.near(panel({ ["params.panel.high"] = 2 }, 100, 90, 50, 40), 50)
  t.near(panel({ ["params.panel.low"] = 2 }, 100, 90, 50, 40), 90)
  t.near(panel({ ["params.panel.high"] = 2 }, 100, 60, 50), 70) -- nothing would be left
  t.near(panel({ ["params.panel.few"] = 4 }, 100, 60, 50, 50), 65)
end)

-- ---- bonus, penalty, veto

test("bonus: 3 for the nation's, 2 for the province's, 5 at most", function(t)
  local function bonus(...) return alone(t, { done = 0, events = { ... } }).bonus end
  t.near(bonus { "加分", "国家级" }, 3)
  t.near(bonus { "加分", "省级" }, 2)
  t.near(bonus({ "加分", "国家级" }, { "加分", "省级" }), 5)
  t.near(bonus({ "加分", "国家级" }, { "加分", "国家级" }), 5)
  t.near(bonus { "备注" }, 0)
  t.near(bonus { "加分", "市级" }, 0)
  t.near(alone(t, { events = { { "加分", "国家级" } } }).total, 103)  -- a total may go beyond 100
end)

test("penalty: 2 for a criticism, 5 at most, and nothing goes below 0", function(t)
  local c = { "通报批评" }
  t.near(alone(t, { events = { c } }).penalty, 2)
  t.near(alone(t, { events = { c, c } }).total, 96)
  t.near(alone(t, { events = { c, c, c } }).penalty, 5)
  t.near(alone(t, { events = { c, c }, reports = { { received = missing } } }).penalty, 5)
  t.near(alone(t, { events = { { "备注" } } }).penalty, 0)
  local none = { tasks = { { done = 0 } }, plans = nothing, reports = { { received = missing } }, marks = { 0, 0, 0 } }
  t.near(alone(t, none).total, 0)                             -- 0 - 1
  none.marks, none.reports = { 5, 5, 5 }, nil
  none.tasks = { { done = 0 } }
  none.events = { c, c, c }
  t.near(alone(t, none).total, 5.5)                           -- 0 + 0 + 10 + 0.5 - 5
end)

test("a veto takes the bonus and lets the grade be 合格 at most; penalties stay", function(t)
  local r = alone(t, { events = { { "一票否决" }, { "加分", "国家级" }, { "通报批评" } } })
  t.is(r.vetoed, true)
  t.near(r.bonus, 0)
  t.near(r.earned, 3)
  t.near(r.total, 98)
  t.is(r.grade, "合格")
  t.is(alone(t, { events = { { "一票否决" } }, tasks = { { done = 10 } } }).grade, "不合格")
  t.is(alone(t, { events = { { "通报批评" } } }).vetoed, false)
end)

test("a dated task that never went to the committee is a veto for who leads it", function(t)
  local function vetoed(task) return run(t, { { "甲", tasks = { task } }, { "乙" } }).vetoed:at { unit = "甲" } end
  t.is(vetoed { submit = "报推进委员会" }, true)
  t.is(vetoed { submit = "报推进委员会", submitted = "2011-06-30" }, false)
  t.is(vetoed {}, false)
  t.is(vetoed { submit = "报推进委员会", due = missing }, false)
  t.is(vetoed { submit = "报推进委员会", exempt = "国家下达" }, false)
  t.is(run(t, { { "甲", tasks = { { submit = "报推进委员会", with = "乙" } } }, { "乙" } }).vetoed, { ["甲"] = true, ["乙"] = false })
  -- who has no task at all is not vetoed for one
  local idle = year { { "甲" }, { "乙" } }
  table.remove(idle.tasks)
  t.is(t.run("2011-units.lua", idle).vetoed:at { unit = "乙" }, false)
end)

-- ---- grades

test("grades: 90, 80 and 60 belong to the better one, 以上含本数", function(t)
  local function grade(u)
    local r = alone(t, u)
    return r.grade, r.total, r.short_of_next
  end
  local function is(u, total, want, short)
    local got, sum, next_grade = grade(u)
    t.near(sum, total)
    t.is(got, want)
    if short then t.near(next_grade, short) else t.missing(next_grade) end     -- nothing is above 优秀
  end
  is({ plans = nothing }, 90, "优秀")
  is({ plans = { { mark = 99.9 } }, marks = { 0, 0, 0 } }, 89.99, "良好", 0.01)
  is({ plans = nothing, marks = { 0, 0, 0 } }, 80, "良好", 10)
  is({ plans = nothing, marks = { 0, 0, 0 }, tasks = { { done = 99.9 } } }, 79.93, "合格", 0.07)
  is({ plans = nothing, marks = { 50, 50, 50 }, tasks = { { done = 64.285714286 } } }, 60, "合格", 20)  -- 45 + 10 + 5
  is({ plans = nothing, marks = { 49.9, 49.9, 49.9 }, tasks = { { done = 64.285714286 } } }, 59.99, "不合格", 0.01)
  local none = { tasks = { { done = 0 } }, plans = nothing, marks = { 0, 0, 0 }, reports = { { received = missing } } }
  is(none, 0, "不合格", 60)
  none.marks = { 15, 15, 15 }                                 -- 1.5 less the point for the report
  is(none, 0.5, "不合格", 59.5)
end)

test("the total is rounded half up to two places before the grade is read", function(t)
  t.near(alone(t, { plans = nothing, marks = { 0.05, 0.05, 0.05 } }).total, 80.01)       -- 80.005
  t.near(alone(t, { plans = nothing, marks = { 0.04, 0.04, 0.04 } }).total, 80)
  t.near(alone(t, { plans = { { mark = 99.95 } }, marks = { 0, 0, 0 } }).total, 90)      -- 89.995
  t.near(alone(t, { plans = { { mark = 99.94 } }, marks = { 0, 0, 0 } }).total, 89.99)
  t.near(alone(t, { plans = { { mark = 0.25 } }, marks = { 0, 0, 0 } }).total, 80.03)    -- 80.025; half even would be 80.02
end)

-- ---- the quota, and the order of equal totals

-- This many units, the first of them with the totals given, all others below 优秀.
local function many(t, count, contenders, set)
  local units = {}
  for k = 1, count do
    local u = contenders[k] or { plans = nothing, marks = { 0, 0, 0 } }
    u[1] = u[1] or "单位" .. k
    units[k] = u
  end
  return run(t, units, set)
end

test("优秀 for 30 % of the units with a total, rounded down, but for one at least", function(t)
  for count, allowed in pairs { [1] = 1, [3] = 1, [4] = 1, [6] = 1, [7] = 2, [9] = 2, [10] = 3 } do
    t.near(many(t, count, {}).quota, allowed)
  end
  t.near(many(t, 7, { { "甲", tasks = { { exempt = "国家下达" } } } }).quota, 1)      -- six have a total
  t.near(many(t, 3, {}, { ["params.quota.minimum"] = 2 }).quota, 2)
end)

test("the best within the quota are 优秀, the next are 良好", function(t)
  local r = many(t, 4, { { "甲" }, { "乙", marks = { 90, 90, 90 } }, { "丙", marks = { 80, 80, 80 } } })
  t.is(r.grade, { ["甲"] = "优秀", ["乙"] = "良好", ["丙"] = "良好", ["单位4"] = "良好" })
  t.is(r.cut, { ["甲"] = false, ["乙"] = true, ["丙"] = true, ["单位4"] = false })
  t.near(r.rank, { ["甲"] = 1, ["乙"] = 2, ["丙"] = 3, ["单位4"] = 4 })
  t.near(r.short_of_next, { ["甲"] = missing, ["乙"] = 0, ["丙"] = 0, ["单位4"] = 10 }) -- 99 would do; 80 is 10 short
end)

-- Two equal totals for one place of 优秀 among four units. `first` states which unit gets it; nil: they tie, and neither does.
local function contest(t, a, b, first)
  a[1], b[1] = "甲", "乙"
  local r = many(t, 5, { a, b, { "丙", tasks = { { weight = 99, done = 90, with = "甲;乙" } }, marks = { 0, 0, 0 } } },
    { ["params.quota.share"] = 0.2 })
  t.near(r.total:at { unit = "甲" }, r.total:at { unit = "乙" })
  t.is(r.cut:at { unit = "甲" }, first ~= "甲")
  t.is(r.cut:at { unit = "乙" }, first ~= "乙")
  t.near(r.rank:at { unit = "甲" }, first == "乙" and 2 or 1)
  t.near(r.rank:at { unit = "乙" }, first == "甲" and 2 or 1)
end

-- Both also take part in 丙's task, whose weight is 49.5 for each, so that what they lead hardly shows in the tasks:
-- (0.5 * lead + 49.5 * 90) / 50.
local function leads(done, more)
  local u = { tasks = { { weight = 0.5, done = done } } }
  for key, value in pairs(more or {}) do u[key] = value end
  return u
end

test("equal totals: the better tasks go first, whatever is led", function(t)
  -- 甲 leads with 95 of weight 49.5: tasks 92.5. 乙 leads with 100 of weight 0.5: tasks 90.1, 1.68 points less, as much as
  -- 甲's plan.
  local function a() return { tasks = { { weight = 49.5, done = 95 } }, plans = { { mark = 83.2 } } } end
  contest(t, a(), leads(100), "甲")
  contest(t, leads(100), a(), "乙")
end)

test("then what they lead", function(t)
  contest(t, leads(90.4), leads(90.1), "甲")                   -- 90.004 and 90.001 in all: 90 both
  contest(t, leads(90.1), leads(90.4), "乙")
end)

test("then fewer late tasks", function(t)
  contest(t, leads(90), leads(95, { tasks = { { weight = 0.5, done = 95, finished = "2011-07-01" } } }), "甲")
  contest(t, leads(95, { tasks = { { weight = 0.5, done = 95, finished = "2011-07-01" } } }), leads(90), "乙")
end)

test("else they share the place, and neither gets the last one", function(t)
  contest(t, leads(90), leads(90), nil)
end)

test("keys count to two places, half up", function(t)
  contest(t, leads(90.004), leads(90.001), nil)                -- 90 both
  contest(t, leads(90.006), leads(90.004), "甲")               -- 90.01 and 90
  contest(t, leads(90.005), leads(90.006), nil)                -- 90.01 both
  contest(t, leads(90.04), leads(90.01), "甲")
  -- tasks: 95.004 and 95.001, 95.006 and 95.004, 95.005 and 95.006
  local function all(done) return { tasks = { { weight = 49.5, done = done } } } end
  contest(t, all(100), all(99.998), nil)                       -- 95 and 94.999: 95 both, and so is what they lead
end)

test("who leads nothing comes behind who leads anything", function(t)
  -- 乙 takes part only: its tasks are 丙's 90, like those of 甲, who leads one of 90.
  local d = year { { "甲", tasks = { { weight = 0.5, done = 90 } } }, { "乙" },
    { "丙", tasks = { { weight = 99, done = 90, with = "甲;乙" } }, marks = { 0, 0, 0 } } }
  for k = #d.tasks, 1, -1 do
    if d.tasks[k].lead == "乙" then table.remove(d.tasks, k) end
  end
  local r = t.run("2011-units.lua", d)
  t.near(r.total, { ["甲"] = 93, ["乙"] = 93, ["丙"] = 83 })
  t.missing(r.lead_score:at { unit = "乙" })
  t.near(r.rank, { ["甲"] = 1, ["乙"] = 2, ["丙"] = 3 })
  t.is(r.cut, { ["甲"] = false, ["乙"] = true, ["丙"] = false })
end)

-- ---- five units of the sample, on paper

-- 市民政局: 1807 of 2000, 90.35, of 70 points 63.245. Plan 8.7. Reports 10. Panel 74 75 69 82 76 73 77 without 82 and 69: 7.5.
-- 推进委员会办公室: (10*95 + 15*100 + 15*100 + 5*100) / 45, of 70: 69.2222. Plan 9, reports 10, panel 8.8.
-- 市口岸办: 3 of 4, 16 days late: 65, of 70 45.5. Plan 7, reports 5, panel 7.2, a report missed: 1 off.
-- 市文明办: 69.3 + 9.3 + 10 + 9; a veto takes the 3 points of a national award.
-- 市编办: 14 of 20: 49. Plan 5.5, no report, panel 5.8; two criticisms and two reports, 6, at most 5 off.
test("five units of the sample", function(t)
  local r = t.run("2011-units.lua")
  local units = { ["市民政局"] = { 89.45, "良好" }, ["推进委员会办公室"] = { 97.02, "优秀" }, ["市口岸办"] = { 63.7, "合格" },
    ["市文明办"] = { 97.6, "合格" }, ["市编办"] = { 55.3, "不合格" } }
  for unit, want in pairs(units) do
    t.near(r.total:at { unit = unit }, want[1])
    t.is(r.grade:at { unit = unit }, want[2])
  end
end)

test("what a statement is made of", function(t)
  local r = t.run("2011-units.lua", year { { "甲", tasks = { { with = "乙", finished = "2011-07-16" } } }, { "乙", reports = { { received = missing } } } })
  local lead, part = r.role:at { share = "1" }, r.role:at { share = "2" }
  t.is(lead, "牵头")
  t.is(part, "参加")
  t.near(r.role_share:at { share = "1" }, 1)
  t.near(r.role_share:at { share = "2" }, 0.5)
  t.near(r.late_days:at { share = "1" }, 16)
  t.near(r.mark:at { share = "1" }, 90)
  t.is(r.report_evidence:at { report = "1" }, "逾期报送")
  t.is(r.report_evidence:at { report = "2" }, "未报送")
  t.near(r.report_deduction:at { report = "2" }, 100)
end)

golden("sample", { rules = "2011-units.lua", abs = 1e-9 })
