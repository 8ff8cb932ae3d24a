-- 深圳国际化城市指标体系, first edition: the indicators, standards and weights for the assessment of a city
-- under 深府〔2011〕68号. Measure (n) of the outline is cited as "(n)"; all 51 measures are cited.
--
-- The outline gives no weights and no standards. `source` states the source of an indicator's standards. Those marked
-- "ours", all weights and all floors are proposals, to be decided by the 推进委员会; therefore the status is 草案.
-- check: ignore-file U02 (floors are kept for efficacy; ratio and inverse do not read them)
local normalise = require "methods.normalise"
local combine   = require "methods.combine"
local evidence  = require "2011.evidence"
local uncertain = require "2011.uncertain"

return assessment {
  id = "2011", title = "深圳国际化城市指标体系（2011）", cite = "深府〔2011〕68号 五（四）",
  status = "草案", focus = "Shenzhen", uncertain = uncertain,

  stages = {
    { "stage1", title = "第一阶段", from = 2011, to = 2020, peers = { "Hong Kong", "Singapore", "Seoul" } },
    { "stage2", title = "第二阶段", from = 2021, to = 2050, peers = { "New York", "London", "Tokyo" } },
  },

  data = {
    observed = csv("../samples/2011/cities.csv", {
      unit = "unit", indicator = "indicator", year = "year", value = "value",
      unit_of_measure = "unit_of_measure", carry = { "evidence", "status", "source" },
    }),
  },

  params = {
    year = 2011,       -- the latest figure up to this year counts
    cap = 100,         -- the highest score of an indicator
    coverage = 0.85,   -- the share of the weight that must have data
    pass = 90,         -- "基本建成": the least total, and
    area_floor = 75,   -- the least score of every area
  },

  index = index { "city", "国际化城市指数",
    group { "A", "提升城市综合经济实力", cite = "(1)-(9)",
      indicator { "A1", "人均地区生产总值", unit = "USD", better = "higher", weight = 4, cite = "(1)(17)",
        floor = 5000, standard = { stage1 = 30000, stage2 = 60000 }, score = normalise.ratio, source = "ours" },
      indicator { "A2", "第三产业增加值占GDP比重", unit = "%", better = "higher", weight = 3, cite = "(2)",
        floor = 40, standard = { stage1 = 70, stage2 = 85 }, score = normalise.ratio, source = "ours" },
      indicator { "A3", "金融业增加值占GDP比重", unit = "%", better = "higher", weight = 2, cite = "(2)(11)",
        floor = 5, standard = { stage1 = 15, stage2 = 18 }, score = normalise.ratio, source = "ours" },
      indicator { "A4", "全球金融中心指数评分", unit = "points", better = "higher", weight = 3, cite = "(2)(11)",
        floor = 500, standard = { stage1 = 728, stage2 = 770 }, score = normalise.efficacy,
        source = "GFCI 8 (2010): Singapore 728; New York 770; floor ours" },
      indicator { "A5", "港口集装箱吞吐量", unit = "10k TEU", better = "higher", weight = 2, cite = "(2)(14)",
        floor = 800, standard = { stage1 = 2438, stage2 = 2438 }, score = normalise.ratio,
        source = "Hong Kong 2011; second stage the same (New York 2013 is 550)" },
      indicator { "A7", "高技术制造业与战略性新兴产业增加值占GDP比重", unit = "%", better = "higher", weight = 4, cite = "(3)(4)",
        floor = 5, standard = { stage1 = 30, stage2 = 35 }, score = normalise.ratio, source = "ours" },
      indicator { "A8", "研发投入占GDP比重", unit = "%", better = "higher", weight = 3, cite = "(5)",
        floor = 0.5, standard = { stage1 = 4, stage2 = 4 }, score = normalise.ratio, source = "ours" },
      indicator { "A9", "PCT国际专利申请量", unit = "count", better = "higher", weight = 3, cite = "(5)",
        floor = 500, standard = { stage1 = 12000, stage2 = 20000 }, score = normalise.ratio, source = "ours" },
      indicator { "A10", "世界500强企业总部数", unit = "count", better = "higher", weight = 2, cite = "(6)(7)",
        floor = 0, standard = { stage1 = 9, stage2 = 23 }, score = normalise.ratio,
        source = "Fortune 2008: Seoul 9; London 23" },
      indicator { "A13", "四个海外办事处功能拓展", unit = "grade", better = "higher", weight = 1, cite = "(8)",
        floor = 0, standard = { stage1 = 80, stage2 = 90 }, score = normalise.ratio, source = "ours" },
      indicator { "A14", "入境过夜游客人数", unit = "10k", better = "higher", weight = 1, cite = "(9)",
        floor = 300, standard = { stage1 = 1830, stage2 = 1830 }, score = normalise.ratio,
        source = "Euromonitor 2010: Singapore; second stage the same (London 2012 is 1546)" },
    },
    group { "B", "提高区域合作水平", cite = "(10)-(18)",
      indicator { "B1", "前海合作区年度建设计划完成率", unit = "%", better = "higher", weight = 3, cite = "(10)",
        floor = 0, standard = { stage1 = 100, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "B2", "港资金融机构数", unit = "count", better = "higher", weight = 1.5, cite = "(11)",
        floor = 0, standard = { stage1 = 60, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "B3", "深港创新圈联合项目数", unit = "count/yr", better = "higher", weight = 1.5, cite = "(12)",
        floor = 0, standard = { stage1 = 50, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "B4", "深港口岸旅客平均通关时间", unit = "minutes", better = "lower", weight = 1.5, cite = "(13)",
        floor = 60, standard = { stage1 = 15, stage2 = 10 }, score = normalise.inverse, source = "ours" },
      indicator { "B5", "深港两地空港联运旅客", unit = "10k", better = "higher", weight = 1.5, cite = "(14)",
        floor = 0, standard = { stage1 = 500, stage2 = 1000 }, score = normalise.ratio, source = "ours" },
      indicator { "B6", "与港澳机构合作及公务员交流", unit = "grade", better = "higher", weight = 2, cite = "(15)(16)",
        floor = 0, standard = { stage1 = 80, stage2 = 90 }, score = normalise.ratio, source = "ours" },
      indicator { "B8", "深莞惠一体化年度项目完成率", unit = "%", better = "higher", weight = 1.5, cite = "(17)",
        floor = 0, standard = { stage1 = 100, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "B9", "新兴市场贸易额占比", unit = "%", better = "higher", weight = 1.5, cite = "(18)",
        floor = 5, standard = { stage1 = 25, stage2 = 35 }, score = normalise.ratio, source = "ours" },
    },
    group { "C", "提高城市建设质量和生态文明水平", cite = "(19)-(24)",
      indicator { "C1", "原特区外与特区内人均基本公共服务支出比", unit = "ratio", better = "target", weight = 2, cite = "(19)",
        target = { 0.95, 1.05 }, allowed = { 0.60, 1.50 }, score = normalise.interval, source = "ours" },
      indicator { "C2", "轨道交通运营里程", unit = "km", better = "higher", weight = 2, cite = "(19)(21)",
        floor = 0, standard = { stage1 = 300, stage2 = 400 }, score = normalise.ratio, source = "ours" },
      indicator { "C3", "新型功能区固定资产投资计划完成率", unit = "%", better = "higher", weight = 1.5, cite = "(20)",
        floor = 0, standard = { stage1 = 100, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "C4", "万元GDP能耗", unit = "tce", better = "lower", weight = 4, cite = "(21)",
        floor = 1.2, standard = { stage1 = 0.4, stage2 = 0.25 }, score = normalise.inverse, source = "ours" },
      indicator { "C6", "公共交通占机动化出行分担率", unit = "%", better = "higher", weight = 2, cite = "(21)",
        floor = 30, standard = { stage1 = 65, stage2 = 70 }, score = normalise.ratio, source = "ours" },
      indicator { "C7", "可吸入颗粒物年均浓度", unit = "ug/m3", better = "lower", weight = 4, cite = "(22)",
        floor = 100, standard = { stage1 = 47, stage2 = 25 }, score = normalise.inverse,
        source = "WHO: Hong Kong 2009; second stage ours" },
      indicator { "C8", "建成区绿化覆盖率", unit = "%", better = "higher", weight = 2, cite = "(22)",
        floor = 20, standard = { stage1 = 45, stage2 = 47 }, score = normalise.ratio, source = "ours" },
      indicator { "C10", "人均预期寿命", unit = "years", better = "higher", weight = 1, cite = "(23)",
        floor = 70, standard = { stage1 = 81.21, stage2 = 82.68 }, score = normalise.efficacy,
        source = "HDR 2023/24: Korea 2011; Japan 2011; floor ours" },
      indicator { "C11", "人居环境与城市特色", unit = "grade", better = "higher", weight = 1.5, cite = "(23)(24)",
        floor = 0, standard = { stage1 = 80, stage2 = 90 }, score = normalise.ratio, source = "ours" },
    },
    group { "D", "提高城市创新能力和现代文明水平", cite = "(25)-(38)",
      indicator { "D1", "行政审批事项网上办理率", unit = "%", better = "higher", weight = 2, cite = "(25)(27)",
        floor = 0, standard = { stage1 = 90, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "D2", "法治城市建设", unit = "grade", better = "higher", weight = 3, cite = "(26)",
        floor = 0, standard = { stage1 = 80, stage2 = 90 }, score = normalise.ratio, source = "ours" },
      indicator { "D4", "涉外管理机制建立数", unit = "count", better = "higher", weight = 1.5, cite = "(28)",
        floor = 0, standard = { stage1 = 3, stage2 = 3 }, score = normalise.ratio,
        source = "(28) names three mechanisms" },
      indicator { "D5", "每万人社会组织数", unit = "count", better = "higher", weight = 1, cite = "(29)",
        floor = 1, standard = { stage1 = 8, stage2 = 15 }, score = normalise.ratio, source = "ours" },
      indicator { "D6", "居民安全感", unit = "%", better = "higher", weight = 2, cite = "(30)",
        floor = 50, standard = { stage1 = 95, stage2 = 97 }, score = normalise.ratio, source = "ours" },
      indicator { "D7", "常住人口中大专以上学历比例", unit = "%", better = "higher", weight = 2.5, cite = "(31)(32)",
        floor = 5, standard = { stage1 = 30, stage2 = 40 }, score = normalise.ratio, source = "ours" },
      indicator { "D8", "社会保险覆盖率", unit = "%", better = "higher", weight = 2, cite = "(31)",
        floor = 50, standard = { stage1 = 98, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "D10", "海外高层次人才引进累计数", unit = "persons", better = "higher", weight = 3.5, cite = "(32)(33)",
        floor = 0, standard = { stage1 = 1000, stage2 = 5000 }, score = normalise.ratio, source = "ours" },
      indicator { "D13", "公共场所英语标识规范率", unit = "%", better = "higher", weight = 1.5, cite = "(35)",
        floor = 30, standard = { stage1 = 95, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "D14", "外语与涉外礼仪普及人次", unit = "10k person-times", better = "higher", weight = 1.5, cite = "(34)(36)",
        floor = 0, standard = { stage1 = 50, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "D16", "城市公共文明指数", unit = "points", better = "higher", weight = 2, cite = "(37)",
        floor = 50, standard = { stage1 = 90, stage2 = 95 }, score = normalise.ratio, source = "ours" },
      indicator { "D17", "政务外宣语言版本数", unit = "count", better = "higher", weight = 1.5, cite = "(38)",
        floor = 0, standard = { stage1 = 5, stage2 = 5 }, score = normalise.ratio,
        source = "(38) names five languages" },
    },
    group { "E", "加强对外交流与合作", cite = "(39)-(51)",
      indicator { "E1", "友好城市与友好交流城市数", unit = "count", better = "higher", weight = 2, cite = "(41)",
        floor = 5, standard = { stage1 = 60, stage2 = 100 }, score = normalise.ratio, source = "ours" },
      indicator { "E3", "国际组织及分支机构数", unit = "count", better = "higher", weight = 1.5, cite = "(39)(41)",
        floor = 0, standard = { stage1 = 5, stage2 = 50 }, score = normalise.ratio, source = "ours" },
      indicator { "E4", "国际会议数(ICCA)", unit = "count/yr", better = "higher", weight = 1.5, cite = "(48)(49)",
        floor = 0, standard = { stage1 = 84, stage2 = 115 }, score = normalise.ratio,
        source = "ICCA: Seoul 2008; London 2011" },
      indicator { "E5", "常住外国人占常住人口比重", unit = "%", better = "higher", weight = 1.5, cite = "(23)(40)",
        floor = 0, standard = { stage1 = 2.4, stage2 = 10 }, score = normalise.ratio,
        source = "Seoul 2009; second stage ours" },
      indicator { "E6", "大型展会境外参展商占比", unit = "%", better = "higher", weight = 1, cite = "(49)",
        floor = 5, standard = { stage1 = 30, stage2 = 40 }, score = normalise.ratio, source = "ours" },
      indicator { "E7", "设计之都建设", unit = "grade", better = "higher", weight = 1, cite = "(44)",
        floor = 0, standard = { stage1 = 80, stage2 = 90 }, score = normalise.ratio, source = "ours" },
      indicator { "E8", "国际顶级体育赛事数", unit = "count/yr", better = "higher", weight = 1, cite = "(45)",
        floor = 0, standard = { stage1 = 6, stage2 = 12 }, score = normalise.ratio, source = "ours" },
      indicator { "E9", "对外文化交流项目数", unit = "count/yr", better = "higher", weight = 1, cite = "(43)",
        floor = 0, standard = { stage1 = 100, stage2 = 200 }, score = normalise.ratio, source = "ours" },
      indicator { "E10", "高校境外学生占比", unit = "%", better = "higher", weight = 1.5, cite = "(46)",
        floor = 0, standard = { stage1 = 5, stage2 = 15 }, score = normalise.ratio, source = "ours" },
      indicator { "E14", "对外传播、科技交流与公共外交", unit = "grade", better = "higher", weight = 2, cite = "(42)(47)(50)(51)",
        floor = 0, standard = { stage1 = 80, stage2 = 90 }, score = normalise.ratio, source = "ours" },
    },
  },

  outputs = { "total", "geometric", "rank", "areas", "scores", "values",
    "coverage", "every_area", "assessable", "weakest", "built", "basis" },
  show = { score = "total", parts = "areas", details = "scores", verdict = "built" },
  titles = {
    total = "总分", geometric = "几何平均总分", rank = "位次", areas = "分领域得分", scores = "指标得分", values = "指标值",
    coverage = "有数据的权重", every_area = "各领域均有数据", assessable = "可评价",
    weakest = "最弱领域得分", built = "国际化城市基本建成", basis = "数据依据",
  },

  compute = function(a)
    -- The figures; for a qualitative indicator, the mark of its evidence text.
    local observed        = a.data.observed
    local figure, figured = observed:upto { year = a.params.year }
    local text, written   = observed:carried("evidence"):upto { year = a.params.year }
    local value           = coalesce(figure, evidence.marks(text))         -- unit × indicator
    local status          = observed:carried("status"):at { year = coalesce(figured, written) }

    local scores   = normalise.each(value, a, { cap = a.params.cap })      -- unit × indicator × stage
    local known    = combine.weighted_mean(scores, a.index)                -- unit × group × stage
    local coverage = combine.coverage(scores, a.index)                     -- unit × stage

    -- Without enough data in total, or without any in an area, there is no score: gaps must not improve it.
    local every_area = all(present(known), "group")
    local assessable = coverage:ge(a.params.coverage) & every_area
    local areas      = where(assessable, known)
    local total      = combine.weighted_mean(areas, a.index)
    local weakest    = min(areas, "group")
    local built      = total:ge(a.params.pass) & weakest:ge(a.params.area_floor) & coverage:ge(a.params.coverage)

    return {
      total = total, rank = rank(total, "unit"), areas = areas, scores = scores, values = value,
      geometric = combine.geometric(areas, a.index),
      coverage = coverage, every_area = every_area, assessable = assessable, weakest = weakest, built = built,
      basis = sum(where(present(value), a.index.weight), "indicator", { by = status })
              / sum(a.index.weight, "indicator"),
    }
  end,
}
