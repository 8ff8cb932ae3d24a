-- Three units and six tasks, for the tests of statements and notices.
return assessment {
  id = "units", title = "责任单位考核办法（测试）", cite = "测试〔2011〕1号", status = "草案",
  units = { "外办", "宣传部", "贸促委" },
  data = {
    tasks  = csv("tasks.csv", { rows = "task", label = "id", date = { "due", "done" } }),
    marks  = csv("marks.csv", { unit = "unit", part = "part", value = "points" }),
    events = csv("events.csv", { rows = "event", label = "id", number = { "points" } }),
  },
  params = { tasks = 70, reporting = 20, panel = 10, lead = 1, with = 0.5, days = 15, each = 5, most = 20,
             excellent = 90, good = 80, pass = 60, share = 0.3 },
  titles = { name = "任务名称", parts = "分项得分" },
  statement = { of = "unit", rows = "share", events = "event",
                columns = { "task", "name", "role", "weight", "due", "done", "late_days", "mark", "deduction" },
                grades = { "优秀", "良好", "合格", "不合格" }, note = "对结果有异议的，可在十日内申请复核。" },

  compute = function(a)
    local p, t = a.params, a.data.tasks
    local e = t:explode("units", { rows = "share", by = ";" })
    local function of(x) return x:at { task = e.task } end

    -- Tasks: late by started periods; an exempt task leaves both sums.
    local late      = greatest(days(of(t.due), of(t.done)), 0)
    local deduction = least(ceil(coalesce(late, 0) / p.days) * p.each, p.most)
    local mark      = where(of(t.exempt):ne("yes"), clamp(of(t.rate) - deduction, 0, 100))
    local role      = where(e.units:eq(of(t.lead)), p.lead, p.with)
    local weight    = of(t.weight) * role
    local task_part = p.tasks / 100 * mean(mark, "share", { weights = weight, by = e.units, axis = "unit" })

    -- Bonus, penalty and veto, from the list of events.
    local event_points = a.data.events.points
    local owner, kind  = a.data.events.unit, a.data.events.kind
    local function sum_of(k)
      return coalesce(sum(where(kind:eq(k), event_points), "event", { by = owner, axis = "unit" }), 0)
    end
    local vetoed  = coalesce(any(kind:eq("否决"), "event", { by = owner, axis = "unit" }), false)
    local bonus   = where(vetoed, 0, sum_of("加分"))
    local penalty = sum_of("减分")

    local marks = a.data.marks
    local total = round(task_part + sum(marks, "part") + bonus + penalty, 2)

    -- Grades: on the rounded total; a veto leaves at most 合格; 优秀 only within the places.
    local places = greatest(floor(p.share * count(total, "unit")), 1)
    local inside = rank(total, "unit", { ties = "max" }):le(places)
    local grade  = where(total:lt(p.pass), "不合格", where(total:lt(p.good) | vetoed, "合格",
                     where(total:ge(p.excellent) & inside, "优秀", "良好")))
    return {
      total = total, grade = grade, rank = rank(total, "unit"), bonus = bonus, penalty = penalty, vetoed = vetoed,
      parts = marks, quota = places,
      unit = e.units, task = e.task, name = of(t.name), role = where(role:eq(p.lead), "牵头", "配合"), weight = weight,
      due = of(t.due), done = of(t.done), late_days = late, mark = mark, deduction = deduction,
      clause = of(t.clause), evidence = of(t.evidence),
      event_unit = owner, event_kind = kind, event_points = event_points,
      event_clause = a.data.events.clause, event_evidence = a.data.events.evidence,
    }
  end,
}
