-- 国际化城市建设考核办法, a draft: the yearly assessment of the units that lead the outline's tasks or take part in them,
-- under 深府〔2011〕68号 五（一）, 五（四）
--
-- The outline requires the assessment but does not say how. Every number here is a proposal, to be decided by the
-- 推进委员会. The forms are those of published 考核办法 (methods/appraise.lua names them). The outline gives neither a unit
-- nor a due day for the 51 measures: leads and days of M-01 … M-51 are ours, in the data.
--
-- The outline leaves these points open; this draft decides them:
--   "于2011年6月30日以前" includes that day.                       A task without a due day is never late.
--   An exempt task is left out of both sums.                    A unit with no task left gets no total.
--   Unfinished tasks are late as of params.closing.             A bonus may raise a total above 100; no mark is below 0.
--   A veto is applied before the bonus, which it voids,         The grade is that of the total rounded half up to two
--   and limits the grade; penalties still apply.                places; the quota is a share of the units with a total.
--   2011 is assessed by this method, although it was issued at the end of that year.

local appraise = require "methods.appraise"
local grade    = require "methods.grade"
local panel    = require "methods.panel"

local bands = { { "优秀", 90 }, { "良好", 80 }, { "合格", 60 }, { "不合格", 0 } }

return assessment {
  id = "2011-units", title = "国际化城市建设工作考核（2011年度）", cite = "深府〔2011〕68号 五（一）（四）",
  status = "草案", note = "样本数据均为示意，不反映任何单位的实际工作",

  data = {
    units   = csv("../samples/2011/units.csv", { rows = "unit", label = "unit" }),
    tasks   = csv("../samples/2011/tasks.csv", {
      rows = "task", label = "task", labels = { lead = "unit", with = "unit" },
      text = { "what", "clause", "exempt", "submit", "evidence", "cite" }, number = { "target", "done" },
      within = { weight = { 0, 100 }, due = { "2011-01-01", "2011-12-31" }, finished = { "2011-01-01", "2012-03-31" },
                 submitted = { "2011-01-01", "2012-03-31" } },
    }),
    plans   = csv("../samples/2011/plans.csv", {
      rows = "plan", labels = { unit = "unit" },
      within = { mark = { 0, 100 }, received = { "2011-01-01", "2012-03-31" } },
    }),
    reports = csv("../samples/2011/reports.csv", {
      rows = "report", labels = { unit = "unit" }, text = { "kind" },
      within = { due = { "2011-01-01", "2012-03-31" }, received = { "2011-01-01", "2012-03-31" } },
    }),
    panel   = csv("../samples/2011/panel.csv", {
      unit = "unit", expert = "expert", value = "mark", within = { mark = { 0, 100 } },
    }),
    events  = csv("../samples/2011/events.csv", {
      rows = "event", label = "event", labels = { unit = "unit" }, text = { "kind", "level", "clause", "evidence" },
      within = { date = { "2011-01-01", "2012-03-31" } },
    }),
  },

  params = {
    closing  = date "2012-01-15",   -- the day of the self-report; unfinished tasks are late as of this day
    plan_due = date "2011-03-31",
    role     = { lead = 1, participant = 0.5 },
    late     = { days = 15, points = 5, most = 4 },   -- points off for each started period, for at most 4 periods
    bonus    = { national = 3, provincial = 2, most = 5 },
    penalty  = { criticism = 2, missed_report = 1, most = 5 },
    panel    = { high = 1, low = 1, few = 2 },        -- marks dropped; with `few` marks or fewer, none
    quota    = { share = 0.30, minimum = 1 },         -- of 优秀, rounded down
  },

  levels = { "part", "total" },
  index = index { "total", "考核总分",
    indicator { "tasks", "重点任务", weight = 70, cite = "深府〔2011〕68号 四" },
    indicator { "plan", "年度计划", weight = 10, cite = "深府〔2011〕68号 五（一）" },
    indicator { "reporting", "信息报送", weight = 10 },
    indicator { "panel", "专家评议", weight = 10 },
  },

  titles = {
    total = "总分", grade = "等次", rank = "名次", parts = "各项得分", marks = "各项百分制得分", bonus = "加分", penalty = "扣分",
    vetoed = "一票否决", what = "内容", cut = "因名额未列优秀", unit = "单位", part = "项目",
  },
  show = { score = "total", rank = "rank", parts = "parts" },
  statement = {
    owner = "share_unit", lists = { "plan", "report" }, full = "index.weight", grades = { "优秀", "良好", "合格", "不合格" },
    columns = { "task", "what", "role", "weight", "due", "done", "late_days", "mark", "deduction" },
  },

  compute = function(a)
    local t, p = a.data.tasks, a.params

    -- Each task has one mark. Each unit has a share in the tasks that it leads or takes part in.
    local late = appraise.days_late(t.due, t.finished, p.closing)
    local deduction = appraise.late_deduction(late, p.late)
    local completion = appraise.completion(t.done, t.target)
    local mark = appraise.less(completion, deduction)
    local e = t:explode({ "lead", "with" }, { rows = "share", as = "unit", from = "column" })
    local function of(column) return column:at { task = e.task } end
    local leads = e.column:eq("lead")
    local role = choose(e.column, { lead = p.role.lead, with = p.role.participant })
    local exempt = present(of(t.exempt))
    local weight = of(t.weight)

    local tasks = appraise.shares(of(mark), weight, role, e.unit, exempt)
    local lead_score = appraise.shares(where(leads, of(mark)), weight, role, e.unit, exempt)
    local is_late = coalesce(of(late):gt(0), false)
    local late_tasks = sum(leads & ~exempt & is_late, "share", { by = e.unit })

    -- The plan: its mark less the deduction for lateness, 0 without a plan. A report: 100 on time, less if late, 0 if missing.
    local plans = a.data.plans
    local plan_deduction = appraise.late_deduction(appraise.days_late(p.plan_due, plans.received, p.closing), p.late)
    local in_time = appraise.less(coalesce(plans.mark, 0), plan_deduction)
    local plan = coalesce(mean(in_time, "plan", { by = plans.unit }), 0)
    local r = a.data.reports
    local report_deduction = where(present(r.received),
      appraise.late_deduction(appraise.days_late(r.due, r.received, p.closing), p.late), 100)
    local reporting = coalesce(mean(appraise.less(100, report_deduction), "report", { by = r.unit }), 0)
    local experts = panel.trimmed(a.data.panel, "expert", p.panel)

    local marks = choose(labels "part", { tasks = tasks, plan = plan, reporting = reporting, panel = experts })
    local parts = marks * a.index.weight / 100
    local base = where(present(tasks), sum(parts, "part"))

    -- Events. The penalty for reports never sent is not in their list; it is computed from the reports.
    local events = a.data.events
    local points = coalesce(
      where(events.kind:eq("通报批评"), p.penalty.criticism),
      where(events.level:eq("国家级"), p.bonus.national),
      where(events.level:eq("省级"), p.bonus.provincial))
    local earned = appraise.capped(where(events.kind:eq("加分"), points), "event", events.unit, p.bonus.most)
    local criticism = where(events.kind:eq("通报批评"), points)
    local missed = sum(where(missing(r.received), p.penalty.missed_report, 0), "report", { by = r.unit })
    local criticised = sum(criticism, "event", { by = events.unit })
    local penalty = least(coalesce(criticised, 0) + coalesce(missed, 0), p.penalty.most)

    -- A veto: by an event, or by a task with a due day whose result was not submitted to the committee.
    local unsent = leads & ~exempt & present(of(t.submit)) & present(of(t.due)) & missing(of(t.submitted))
    local vetoed = appraise.happened(events.kind:eq("一票否决"), "event", events.unit)
      | coalesce(any(unsent, "share", { by = e.unit }), false)
    local bonus = where(vetoed, 0, earned)
    local total = round(greatest(base + bonus - penalty, 0), 2)

    -- Equal totals: first the better tasks, then the better tasks led, then fewer late tasks; else they share the place.
    local keys = { total, round(tasks, 2), round(lead_score, 2), { late_tasks, "ascending" } }
    local reached = grade.ceiling(grade.band(total, bands), vetoed, bands, "合格")
    local quota = { grade = "优秀", share = p.quota.share, minimum = p.quota.minimum, rounding = "floor", ties = "out" }
    local place, cut = grade.quota(reached, keys, bands, quota)

    local next_from = coalesce(
      where(place:eq(2), bands[1][2]), where(place:eq(3), bands[2][2]), where(place:eq(4), bands[3][2]))
    return {
      total = total, grade = grade.name(place, bands), rank = grade.order(keys, "unit"),
      parts = parts, marks = marks, bonus = bonus, penalty = penalty, vetoed = vetoed, cut = cut,
      quota = grade.allowed(count(reached, "unit"), quota),
      earned = earned, lead_score = lead_score, late_tasks = late_tasks,
      -- Points missing to the next grade; 0 if the score is enough, but the quota or a veto prevents it.
      short_of_next = greatest(next_from - total, 0),

      -- over the shares of tasks, for statements
      share_unit = e.unit, task = e.task, role = where(leads, "牵头", "参加"), role_share = role, weight = weight,
      what = of(t.what), clause = of(t.clause), due = of(t.due), done = of(t.finished), evidence = of(t.evidence),
      cites = of(t.cite), exempt = of(t.exempt), mark = where(~exempt, of(mark)), completion = of(completion),
      late_days = of(late), deduction = of(deduction),

      -- over plans and reports
      plan_unit = plans.unit, plan_deduction = plan_deduction, plan_evidence = plans.evidence,
      plan_item = array("plan", "年度计划"), plan_clause = array("plan", "考核办法 年度计划"),
      report_unit = r.unit, report_deduction = report_deduction, report_item = r.kind,
      report_clause = array("report", "考核办法 信息报送"),
      report_evidence = where(present(r.received), "逾期报送", "未报送"),

      -- over events
      event_unit = events.unit, event_kind = events.kind, event_points = points, event_clause = events.clause,
      event_evidence = events.evidence, event_date = events.date,
    }
  end,
}
