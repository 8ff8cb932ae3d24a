#include "report/words.h"

static const char *const texts[WORD_COUNT][2] = {
    [WORD_RULES] = {"Rules", "规则"},
    [WORD_BASIS] = {"Basis", "依据"},
    [WORD_EDITION] = {"Edition", "版本"},
    [WORD_NOTE] = {"Note", "说明"},
    [WORD_CHANGED] = {"Changed", "改动"},

    [WORD_DATA] = {"Data", "数据"},
    [WORD_ROWS] = {"%zu rows", "%zu 行"},
    [WORD_KEPT] = {"%1$zu of %2$zu rows kept: %3$s", "%2$zu 行中取 %1$zu 行（%3$s）"},
    [WORD_VALUES] = {"%zu values", "%zu 个数值"},
    [WORD_MISSING] = {"%zu marked missing", "%zu 个标明缺失"},
    [WORD_YEARS] = {"years %s–%s", "%s–%s 年"},
    [WORD_ONE_YEAR] = {"year %s", "%s 年"},
    [WORD_IMPUTED] = {"Imputed", "插补"},
    [WORD_TREATED] = {"Treated", "处理"},
    [WORD_MARKED] = {"%1$zu of %2$zu values", "%2$zu 个数值中的 %1$zu 个"},
    [WORD_MOST] = {"most for %s (%zu)", "最多的是%s（%zu 个）"},

    [WORD_STATUS] = {"What the weight rests on", "权重的数据依据"},
    [WORD_STATUS_NOTE] = {"Share of the whole weight, by the %s of the figures.",
                          "占全部权重的比例，按数据的 %s 划分。"},

    [WORD_RANKING] = {"Ranking", "排名"},
    [WORD_UNIT] = {"Unit", "单位"},
    [WORD_RANK] = {"Rank", "位次"},
    [WORD_SCORE] = {"Score", "得分"},
    [WORD_COVERAGE] = {"Coverage", "覆盖率"},
    [WORD_PEER] = {"", ""},
    [WORD_PEER_NOTE] = {"* a peer in this stage", "* 本阶段的对标对象"},
    [WORD_SHOWN] = {"%1$zu of %2$zu shown; --all shows all.",
                    "共 %2$zu 个，列出 %1$zu 个；--all 列出全部。"},
    [WORD_COLUMNS_HIDDEN] = {"%zu further columns; --at AXIS=LABEL picks one.",
                             "另有 %zu 列；用 --at 维度=标签 选取。"},
    [WORD_ABSENT_FOCUS] = {"no data", "没有数据"},

    [WORD_PARTS] = {"Scores by part", "分项得分"},

    [WORD_SHORTFALLS] = {"Largest shortfalls", "最大差距"},
    [WORD_SHORTFALL_NOTE] =
        {"Lost: the indicator's share of the weight that has a score × (full mark − score).",
         "失分：指标在有得分的权重中的占比 ×（满分 − 得分）。"},
    [WORD_INDICATOR] = {"Indicator", "指标"},
    [WORD_VALUE] = {"Value", "现值"},
    [WORD_STANDARD] = {"Standard", "标准值"},
    [WORD_MARK] = {"Score", "得分"},
    [WORD_WEIGHT] = {"Weight", "权重"},
    [WORD_LOSS] = {"Lost", "失分"},
    [WORD_NO_SHORTFALLS] = {"None: every indicator with a score has the full mark.",
                            "无：有得分的指标均得满分。"},
    [WORD_NO_FIGURES] = {"Without a score (%zu): ", "没有得分的指标（%zu 项）："},

    [WORD_VERDICT] = {"Verdict", "结论"},
    [WORD_HOLDS] = {"yes", "是"},
    [WORD_FAILS] = {"no", "否"},
    [WORD_OPEN] = {"open", "未定"},
    [WORD_CONDITION] = {"Condition", "条件"},
    [WORD_GOT] = {"Is", "实际"},
    [WORD_WANTED] = {"Must be", "要求"},
    [WORD_LOWEST] = {"%s, lowest", "%s（最低）"},
    [WORD_HIGHEST] = {"%s, highest", "%s（最高）"},
    [WORD_VERDICT_OF] = {"%s of %s", "%2$s：%1$s"},
    [WORD_HOLD_FOR] = {"Yes for %1$zu of %2$zu", "%2$zu 个中 %1$zu 个为“是”"},

    [WORD_REFUSED] = {"Not assessable", "无法评价"},
    [WORD_NO_SCORE] = {"no score", "没有得分"},

    [WORD_MORE] = {"Further results", "其他结果"},
    [WORD_OUTPUT] = {"Name", "名称"},
    [WORD_AXES] = {"Over", "维度"},
    [WORD_FORMULA] = {"Formula", "公式"},
    [WORD_MORE_NOTE] = {"--output NAME shows one.", "--output 名称 可查看其中一项。"},

    [WORD_WARNINGS] = {"Warnings", "警告"},
    [WORD_HIDDEN] = {"and %zu more", "另有 %zu 条"},

    [WORD_NO_OUTPUTS] = {"The rules compute no results.", "规则没有给出任何结果。"},
    [WORD_COMMA] = {", ", "，"},
    [WORD_STOP] = {"; ", "；"},
    [WORD_COLON] = {": ", "："},
};

const char *word_text(word w, int chinese) {
    return texts[w][chinese != 0];
}
