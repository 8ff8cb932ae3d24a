/* What checks can find, by code. These texts are used by --explain, in SARIF and in the manual. A
 * code never changes its meaning; a new check gets a new code. */
#include <string.h>

#include "base/text.h"
#include "check/inside.h"

static const assess_code codes[] = {
    {"B01", ASSESS_WARNING, "unreachable-branch", TEXT("a branch that no value takes"),
     TEXT("A branch of `where`, or a band, stands behind conditions that take every value it could "
          "get."),
     TEXT("Somebody meant a value to go there. The bands may stand in the wrong order, or a bound "
          "may be mistyped."),
     "where(x:ge(60), \"pass\", where(x:ge(90), \"good\", \"fail\"))",
     "where(x:ge(90), \"good\", where(x:ge(60), \"pass\", \"fail\"))"},
    {"B02", ASSESS_ERROR, "bands-disagree",
     TEXT("bands that overlap, leave gaps or stand in the wrong order"),
     TEXT("The list of bands contradicts itself; the rules do not run."),
     TEXT("The grade of a score in two bands, or between two, would hang on the order of the "
          "lines."),
     "{ { \"A\", 90, 100 }, { \"B\", 80, 92 } }",
     "{ { \"A\", 90, 100 }, { \"B\", 80, 89 } } and { whole = true } where scores are whole "
     "numbers"},
    {"B03", ASSESS_WARNING, "gap-between-bands", TEXT("values between two bands get nothing"),
     TEXT("A chain of `where` gives something above a value and below it, and nothing at the value "
          "itself."),
     TEXT("Rounded to whole numbers there is no gap; but a score of 89.5 falls into it."),
     "where(x:ge(90), \"A\", where(x:ge(80) & x:le(89), \"B\", where(x:lt(80), \"C\")))",
     "where(x:ge(90), \"A\", where(x:ge(80), \"B\", \"C\"))"},
    {"B04", ASSESS_NOTE, "outside-all-bands", TEXT("values beyond the last band get nothing"),
     TEXT("A chain of two bands or more ends without a value for what lies below, or above, all of "
          "them."),
     TEXT("It may be meant so; else those units have no grade and vanish from counts of grades."),
     "where(x:ge(90), \"A\", where(x:ge(80), \"B\"))",
     "where(x:ge(90), \"A\", where(x:ge(80), \"B\", \"C\"))"},
    {"B05", ASSESS_WARNING, "boundary-out-of-reach", TEXT("a bound that no value can cross"),
     TEXT("The value that is compared lies within bounds by its formula (a clamp, a count, a "
          "rank), and the comparison asks for more, or for what always holds."),
     TEXT("The branch is dead, or decides nothing: often a bound of an older scale."),
     "where(clamp(x, 0, 100):gt(100), \"excellent\", \"good\")",
     "where(clamp(x, 0, 120):gt(100), \"excellent\", \"good\")"},
    {"C01", ASSESS_WARNING, "no-citation", TEXT("an indicator without a citation"),
     TEXT("Neither the indicator nor anything around it says which clause it rests on."),
     TEXT("A committee asks where an indicator comes from, and the report cannot say."),
     "indicator { \"A1\", \"GDP per head\" }",
     "indicator { \"A1\", \"GDP per head\", cite = \"(1)\" }"},
    {"C02", ASSESS_NOTE, "measure-used-twice", TEXT("two indicators for the same measure"),
     TEXT("Two indicators have exactly the same citation (or `measures`) of their own."),
     TEXT("The measure counts twice in the total, unless they look at different sides of it."),
     "indicator { \"A1\", …, cite = \"(5)\" }, indicator { \"A2\", …, cite = \"(5)\" }",
     "one indicator, or citations that tell them apart: \"(5) first half\""},
    {"D01", ASSESS_WARNING, "indicator-without-data",
     TEXT("an indicator for which there is no data"),
     TEXT("No unit has a value or a text for it in any year."),
     TEXT("It has a weight and nobody can earn it; the coverage falls, or the other indicators "
          "count more."),
     "indicator { \"A6\", \"Start-ups\", weight = 3 }, and no row of the data names A6",
     "find the data, or leave the indicator out of this edition"},
    {"D02", ASSESS_ERROR, "units-of-measure-disagree",
     TEXT("rules and data name different units of measure"),
     TEXT("The rules say `unit = \"%\"`, and a row of the data gives the value in something else."),
     TEXT("A share of 0.7 judged by a standard of 70 scores 1."),
     "indicator { \"A2\", …, unit = \"%\" } and a row `A2,…,ratio`",
     "the value in the unit of the rules, or a rule that declares the unit of the data"},
    {"D03", ASSESS_WARNING, "collinear", TEXT("two indicators that say the same"),
     TEXT("Over all units the values of two indicators lie on one straight line (|r| = 1)."),
     TEXT("What they measure counts twice. Often one was computed from the other, or a column was "
          "copied."),
     "A1 in USD and A4 the same figures in CNY",
     "keep one of them, or give them one weight together"},
    {"D04", ASSESS_WARNING, "figure-for-missing",
     TEXT("a figure that may stand for what is missing"),
     TEXT("A figure such as -999 or 9999 lies far from all others of its column."),
     TEXT(
         "It counts as a figure: it becomes the worst or the best of all, and every other score is "
         "measured by it."),
     "a column with 12, 15, -999, 14",
     "csv(\"towns.csv\", { unit = \"unit\", missing = { \"-999\" } })"},
    {"L01", ASSESS_ERROR, "equal-on-arrays", TEXT("`==` or `~=` between an array and a value"),
     TEXT("Lua compares the two objects, not their elements: the answer is always false."),
     TEXT("The condition looks right and never holds."), "where(a.params.year == 2011, x, y)",
     "where(a.params.year:eq(2011), x, y)"},
    {"L02", ASSESS_ERROR, "branch-on-array", TEXT("`if`, `and`, `or` or `not` on an array"),
     TEXT("Lua takes every array for true."),
     TEXT("The script goes one way for all units. A parameter is an array, too: where it chooses "
          "the formula, write `if plain(a.params.mild) then`."),
     "if missing(x) then return 0 end", "where(missing(x), 0, x)"},
    {"L03", ASSESS_NOTE, "unused-local", TEXT("a local that nothing uses"),
     TEXT("A name is declared and never stands anywhere else in the file."),
     TEXT("A step that was computed and forgotten, or a name that is spelt differently where it "
          "was meant."),
     "local capped = clamp(score, 0, 100)  -- and then: return { total = score }",
     "return { total = capped }"},
    {"L04", ASSESS_NOTE, "number-repeats-parameter",
     TEXT("a number that repeats a parameter's value"),
     TEXT("`compute` has a number that a parameter has, too."),
     TEXT("`--set`, overlays and what-if change the parameter, and the number stays behind."),
     "params = { pass = 85 }, …  built = total:ge(85)", "built = total:ge(a.params.pass)"},
    {"M01", ASSESS_WARNING, "domain-error", TEXT("a value without an answer"),
     TEXT("A division by zero, or the root or logarithm of a value that has none, made elements "
          "missing."),
     TEXT("What is missing drops out of means without a word."),
     "100 * x / a.index.standard, and the standard of C3 is 0",
     "a standard above 0, or where(a.index.standard:gt(0), …)"},
    {"M02", ASSESS_NOTE, "slow-each", TEXT("`each` over many elements"),
     TEXT("Lua is called for the elements that `each` cannot compute at once, which is some fifty "
          "times slower."),
     TEXT("The rules grow slow with the data; there were 10,000 calls or more."),
     "each(function(v) if v == 1 then return 0 end return v end, x)", "where(x:eq(1), 0, x)"},
    {"M03", ASSESS_WARNING, "near-tie", TEXT("a decision that digits beyond the ninth make"),
     TEXT("A comparison, a rank or a largest value tells two numbers apart that differ by less "
          "than one part in a thousand million and are no short decimals."),
     TEXT("Rules decide on 15 significant digits, which settles what sums and products leave over. "
          "After many divisions, roots or differences more may be left, and two units that are "
          "equal on paper get different ranks."),
     "(a + b + c - d):ge(0), where a + b + c is d on paper", "round(a + b + c - d, 4):ge(0)"},
    {"M04", ASSESS_NOTE, "large-table", TEXT("a table that is large beside the memory there is"),
     TEXT("The columns of the table would take more than half of the memory that --memory leaves. "
          "Where the rules only fold its rows (sum, count, min, max, mean, also by groups), they "
          "are not kept: the file is read once for what is in it, and again for each fold that "
          "needs the result of another. Anything else needs all rows at once."),
     TEXT("One line of the rules decides whether a table may be larger than memory, and how often "
          "it is read."),
     "median(t.score, \"task\") over a table of 10 GiB",
     "mean(t.score, \"task\"), or --memory 20000"},
    {"N01", ASSESS_WARNING, "unknown-unit", TEXT("a peer or focus that is not in the data"),
     TEXT("A name in `peers` or `focus` is no unit of the data."),
     TEXT("The comparison leaves it out. A city without figures may be meant; a slip of the pen is "
          "more likely."),
     "peers = { \"Seul\" }", "peers = { \"Seoul\" }"},
    {"N02", ASSESS_WARNING, "name-used-twice", TEXT("two elements of the index with the same name"),
     TEXT("Indicators or groups with different ids are called the same."),
     TEXT("Tables show two lines that a reader cannot tell apart; often a copied line that was not "
          "finished."),
     "indicator { \"A1\", \"Output\" }, indicator { \"A2\", \"Output\" }",
     "indicator { \"A1\", \"Output\" }, indicator { \"A2\", \"Output per head\" }"},
    {"P01", ASSESS_WARNING, "pattern-never-matches",
     TEXT("a pattern, or part of one, that can match no text"),
     TEXT("Its anchors contradict each other, or a class of characters is empty."),
     TEXT("The condition never holds, whatever the evidence says."), "matches(text, \"建成^\")",
     "matches(text, \"^建成\")"},
    {"P02", ASSESS_NOTE, "pattern-without-match",
     TEXT("a pattern that matches no text of the data"),
     TEXT("None of the distinct texts it was tried on has a match."),
     TEXT("It may wait for evidence to come; it may also be spelt otherwise than the data."),
     "matches(a.data.events.kind, \"veto\"), and the data say 一票否决",
     "matches(a.data.events.kind, \"一票否决\")"},
    {"P03", ASSESS_WARNING, "slow-pattern", TEXT("a pattern that is dangerously slow"),
     TEXT("Repetitions inside a repetition can share a text in a great many ways, and on some text "
          "PCRE2 tries them all."),
     TEXT("One long cell is enough to end a run with a limit."), "matches(text, \"(a+)+$\")",
     "matches(text, \"a+$\")"},
    {"P04", ASSESS_WARNING, "unreachable-level", TEXT("a level of a rubric that no text reaches"),
     TEXT("Every text that would reach the level is taken by a level before it."),
     TEXT("The mark is never given. Levels are tried in the order written: the narrower pattern "
          "comes first."),
     "levels = { { \"A\", 95, \"建成\" }, { \"B\", 80, \"全部建成\" } }",
     "levels = { { \"A\", 95, \"全部建成\" }, { \"B\", 80, \"建成\" } }"},
    {"R01", ASSESS_ERROR, "rules-at-fault", TEXT("the rule file does not run"),
     TEXT("The script, or what it declares, has a fault."),
     TEXT("Nothing is computed; what could be checked without a result was checked."),
     "indicator { \"A1\", \"GDP\", wieght = 4 }", "indicator { \"A1\", \"GDP\", weight = 4 }"},
    {"R02", ASSESS_ERROR, "data-at-fault", TEXT("the data cannot be used"),
     TEXT("A file, a row or a cell of the data is not what the rules say it is."),
     TEXT("Nothing is computed; the rules themselves were checked all the same."), "A1,2011,1.2.3",
     "A1,2011,12.3"},
    {"R03", ASSESS_ERROR, "limit-reached", TEXT("a limit was reached"),
     TEXT("The script or the calculation took more time or memory than is allowed."),
     TEXT("The rules could not be run to their end."), "while true do end",
     "a loop that ends; or --seconds, --memory where the work is really that large"},
    {"R04", ASSESS_NOTE, "told-by-the-rules", TEXT("the run gives a warning"),
     TEXT("The rules, a method or the reading of data have something to say: a matrix of "
          "judgements that is not consistent, an encoding that was guessed."),
     TEXT("It was said on purpose."), "warn(share:gt(1), \"more than the whole:\", share)",
     "whatever the warning asks for"},
    {"S01", ASSESS_ERROR, "standard-beyond-floor",
     TEXT("a standard on the wrong side of the floor"),
     TEXT("Where higher is better the standard lies above the floor, and where lower is better "
          "below it."),
     TEXT("A straight line through both turns round: the worse a unit is, the more it scores."),
     "better = \"higher\", floor = 80, standard = 60",
     "better = \"higher\", floor = 60, standard = 80"},
    {"S02", ASSESS_ERROR, "goalposts-reversed", TEXT("goalposts in the wrong order"),
     TEXT("`low` is the value that scores 0 and `high` the one that scores 100; they are equal, or "
          "contradict `better`."),
     TEXT("Equal ones divide by zero; reversed ones reward the worse value."),
     "better = \"higher\", low = 85, high = 20", "better = \"higher\", low = 20, high = 85"},
    {"S03", ASSESS_ERROR, "target-outside-allowed",
     TEXT("a target band that is reversed or not inside what is allowed"),
     TEXT("`target = { from, to }` lies within `allowed = { from, to }`, and both go upwards."),
     TEXT("The straight lines beside the band have no width, or the wrong slope."),
     "target = { 0.95, 1.05 }, allowed = { 1.00, 1.50 }",
     "target = { 0.95, 1.05 }, allowed = { 0.60, 1.50 }"},
    {"S04", ASSESS_NOTE, "standard-gets-easier", TEXT("a standard that is easier in a later stage"),
     TEXT("Where higher is better a later stage asks for less, or the other way round."),
     TEXT("Progress would be a falling standard; often two figures changed places."),
     "better = \"higher\", standard = { stage1 = 80, stage2 = 70 }",
     "better = \"higher\", standard = { stage1 = 70, stage2 = 80 }"},
    {"S05", ASSESS_WARNING, "attribute-missing",
     TEXT("an attribute that the indicator's method reads is not given"),
     TEXT("The formulas use `standard` (or `floor`, `low` …) of this indicator, and it has none, "
          "in this stage."),
     TEXT("It has no score, whatever the data say."),
     "indicator { \"A1\", \"GDP\", score = normalise.ratio }",
     "indicator { \"A1\", \"GDP\", standard = 30000, score = normalise.ratio }"},
    {"S06", ASSESS_NOTE, "direction-guessed", TEXT("a direction that was guessed"),
     TEXT("`assess new` wrote better = \"higher\", which nobody has confirmed yet: its mark, "
          "`-- check: guess`, still stands there."),
     TEXT("Of unemployment or particles less is better; taken the wrong way round, the worst unit "
          "comes first."),
     "better = \"higher\", weight = 1, score = normalise.minmax }, -- check: guess",
     "better = \"lower\", weight = 1, score = normalise.minmax },"},
    {"T01", ASSESS_WARNING, "gap-between-stages", TEXT("years between two stages"),
     TEXT("The years after one stage and before the next belong to none."),
     TEXT("An assessment of such a year has no standard to be judged by."),
     "{ \"stage1\", from = 2011, to = 2019 }, { \"stage2\", from = 2021, to = 2050 }",
     "{ \"stage1\", from = 2011, to = 2020 }, { \"stage2\", from = 2021, to = 2050 }"},
    {"T02", ASSESS_WARNING, "stages-overlap", TEXT("years in two stages"),
     TEXT("A stage begins before the one before it has ended."),
     TEXT("Which standard holds in that year is anybody's guess."),
     "{ \"stage1\", from = 2011, to = 2021 }, { \"stage2\", from = 2021, to = 2050 }",
     "{ \"stage1\", from = 2011, to = 2020 }, { \"stage2\", from = 2021, to = 2050 }"},
    {"T03", ASSESS_WARNING, "year-outside-stages",
     TEXT("a year of assessment that lies in no stage"),
     TEXT("`params.year` lies before, between or after all stages."),
     TEXT("Nothing in the rules says what is asked of such a year."),
     "stages from 2011 to 2050, params = { year = 2010 }", "params = { year = 2011 }"},
    {"T04", ASSESS_ERROR, "stage-reversed", TEXT("a stage that ends before it begins"),
     TEXT("`to` is a year before `from`."), TEXT("No year lies in the stage."),
     "{ \"stage1\", from = 2020, to = 2011 }", "{ \"stage1\", from = 2011, to = 2020 }"},
    {"U01", ASSESS_NOTE, "unused-column", TEXT("a column of the data that the rules never read"),
     TEXT("A table has a column that no result depends on, or a keyed file one that is neither "
          "key, value nor carried."),
     TEXT("Mostly it is there for readers. It may also be the very column that was forgotten."),
     "tasks.csv has `late_days`, and no formula reads it",
     "t.late_days in a formula, or the column left out of the file"},
    {"U02", ASSESS_WARNING, "unused-leaf", TEXT("a value in the rules that no result depends on"),
     TEXT("No output reads the parameter or attribute, whatever the data say. What reports show "
          "(unit, note, source, cite, better) does not count."),
     TEXT("Changing it changes nothing, though it looks as if it did."),
     "params = { cap = 100 }, and no formula reads a.params.cap",
     "clamp(score, 0, a.params.cap), or no such parameter"},
    {"U03", ASSESS_WARNING, "unused-data", TEXT("data that no result depends on"),
     TEXT("The rules declare a file, or there are rows of an indicator, and no output reads them."),
     TEXT("The work of collecting it has no effect; or a step is missing in `compute`."),
     "data = { gdp = csv(…), air = csv(…) }, and no formula reads a.data.air",
     "a formula that reads it, or a declaration less"},
    {"W01", ASSESS_WARNING, "weights-do-not-add-up", TEXT("weights that do not add up"),
     TEXT("Unequal weights of siblings sum neither to 1 nor to 100 nor to the weight given for "
          "their parent. Whole numbers up to 5 are taken for ratios, 3 : 2 : 1."),
     TEXT("Means still come out, for weights are relative; but a weight that reads as a percentage "
          "is none, and a published table of weights that does not add up has a misprint."),
     "weight = 40, weight = 30, weight = 20", "weight = 40, weight = 30, weight = 30"},
    {"W02", ASSESS_ERROR, "negative-weight", TEXT("a weight below zero"),
     TEXT("A weight is not negative; the rules do not run."),
     TEXT("An improvement would lower the total. That is what better = \"lower\" is for."),
     "weight = -2", "weight = 2, better = \"lower\""},
    {"W03", ASSESS_WARNING, "zero-weight", TEXT("a weight of zero"),
     TEXT("The element counts for nothing."),
     TEXT("It looks like a part of the index and is none; a report lists it beside those that "
          "count."),
     "weight = 0", "a weight, or the element left out"},
    {"W04", ASSESS_WARNING, "weight-not-given", TEXT("a weight that was left out"),
     TEXT("Some siblings have weights and this one has none: it counts as 1."),
     TEXT("Beside weights of 30 and 40 a weight of 1 is next to nothing."),
     "indicator { \"A1\", …, weight = 60 }, indicator { \"A2\", … }",
     "indicator { \"A1\", …, weight = 60 }, indicator { \"A2\", …, weight = 40 }"},
};

size_t assess_code_count(void) { return sizeof codes / sizeof *codes; }

assess_code assess_code_at(size_t i) {
    assess_code c = codes[i];
    c.title = text_message(c.title);
    c.means = text_message(c.means);
    c.why = text_message(c.why);
    return c;
}

const assess_code *code_named(const char *code) {
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (!strcmp(codes[i].code, code)) return &codes[i];
    return NULL;
}

/* Messages are told apart by words in their text, else by their kind. */
const char *code_of_message(const assess_message *m) {
    static const char *const said[][2] = {
        {TEXT("; a weight is not negative"), "W02"},
        {TEXT("bands: "), "B02"},
        {TEXT(" compares Lua values, not arrays"), "L01"},
        {TEXT("a script cannot branch on an array"), "L02"},
        {TEXT(" joins Lua values, not arrays"), "L02"},
        {TEXT("'not' turns Lua values round"), "L02"},
        {TEXT("no data names the "), "N01"},
        {TEXT(", before it begins in "), "T04"},
        {TEXT(" became missing"), "M01"},
        {TEXT(" is given in '"), "D02"},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (strstr(m->text, text_message(said[i][0])) &&
            (m->status == ASSESS_OK) == (*said[i][1] == 'N' || *said[i][1] == 'M'))
            return said[i][1];
    switch (m->status) {
    case ASSESS_OK: return "R04";
    case ASSESS_DATA: return "R02";
    case ASSESS_LIMIT: return "R03";
    default: return "R01";
    }
}
