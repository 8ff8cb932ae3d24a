---@meta
-- The functions of rule files, for editors that use the Lua language server. The manual is
-- doc/language.md; the methods of the library are described in their own files. Nothing here is run.

---A labelled array: numbers, truth values, texts or dates along named axes. Operations match arrays by
---the names of their axes. Any element may be missing. Operations element by element give missing for a
---missing operand; functions along an axis skip missing elements. Comparisons are methods (`x:lt(y)`), not
---`<` and `==`. Every function below whose first argument is an array is also a method of it.
---@class array
---@operator add(array|number): array
---@operator sub(array|number): array
---@operator mul(array|number): array
---@operator div(array|number): array
---@operator mod(array|number): array
---@operator pow(array|number): array
---@operator unm: array
---@operator band(array|boolean): array
---@operator bor(array|boolean): array
---@operator bnot: array
local array = {}

---@alias missing_value fun(x: value): array the name `missing` itself
---@alias value array|number|boolean|string|missing_value an array, or a plain value that is used for all labels
---@alias numeric array|number|missing_value
---@alias axes string|string[] the name of an axis, or several

---Options of reductions.
---@class reduction
---@field weights? numeric renormalised over the elements present
---@field within? array a map: every element gets the result of its group, and the axis stays
---@field by? array a map: the group of each label of the axis; the result has the axis of the groups
---@field axis? string with `by` or `within`: the name of the axis of the groups; required if the map does not carry one
---@field others? "drop" with `by`: leaves out elements that are in none of the groups; otherwise they are an error
---@field missing? "zero" of `mean`: missing elements count as zero
---@field divisor? "n" of `std` and `var`: divides by n, not n - 1

---Is x less than y? A truth value, element by element; missing where either is missing.
---@param y value
---@return array
function array:lt(y) end
---Is x at most y?
---@param y value
---@return array
function array:le(y) end
---Is x greater than y?
---@param y value
---@return array
function array:gt(y) end
---Is x at least y?
---@param y value
---@return array
function array:ge(y) end
---Is x equal to y?
---@param y value
---@return array
function array:eq(y) end
---Does x differ from y?
---@param y value
---@return array
function array:ne(y) end

---Selects one label of an axis and drops the axis: `x:at { year = 2011 }`. With an array of labels it is a look-up,
---missing where that array is missing. A label that is not on the axis is an error.
---@param where table<string, value>
---@return array
function array:at(where) end
---Keeps these labels of an axis and makes the others missing: `x:only { unit = { "A", "B" } }`; also with an array of truth values.
---@param where table<string, string[]|number[]|array>
---@return array
function array:only(where) end
---The latest value present whose label is not after the bound, and its label:
---`local v, year = x:upto { year = 2011 }`. The axis is dropped; its labels are numbers.
---@param where table<string, numeric>
---@return array value
---@return array label
function array:upto(where) end
---The same values along a second copy of an axis: `x:as { unit = "other" }`.
---@param names table<string, string>
---@return array
function array:as(names) end
---A carried column of keyed data: a text for every figure. Only for arrays of data themselves.
---@param column string
---@return array
function array:carried(column) end

-- Element by element ------------------------------------------------------------------------------

---Absolute value.
---@param x numeric
---@return array
function abs(x) end
---e to the power of x.
---@param x numeric
---@return array
function exp(x) end
---Natural logarithm; missing for 0 or less, with a warning.
---@param x numeric
---@return array
function log(x) end
---Decimal logarithm; missing for 0 or less, with a warning.
---@param x numeric
---@return array
function log10(x) end
---Square root; missing below 0, with a warning.
---@param x numeric
---@return array
function sqrt(x) end
---1, 0 or -1.
---@param x numeric
---@return array
function sign(x) end
---Rounds towards zero, to a whole number.
---@param x numeric
---@return array
function trunc(x) end
---Rounds half away from zero (四舍五入), on the decimal value at 15 significant digits: round(89.445, 2) is 89.45.
---@param x numeric
---@param places? numeric default 0
---@param options? { mode: "half_up"|"half_even"|"half_down"|"up"|"down" }
---@return array
function round(x, places, options) end
---Rounds down, to a number of places.
---@param x numeric
---@param places? numeric
---@return array
function floor(x, places) end
---Rounds up, to a number of places.
---@param x numeric
---@param places? numeric
---@return array
function ceil(x, places) end
---x limited to the range from lo to hi; missing where any of the three is missing.
---@param x value
---@param lo value
---@param hi value
---@return array
function clamp(x, lo, hi) end
---The smallest of several, element by element; missing where any is missing. Along an axis use `min`.
---@param x value
---@param ... value
---@return array
function least(x, ...) end
---The largest of several, element by element; missing where any is missing. Along an axis use `max`.
---@param x value
---@param ... value
---@return array
function greatest(x, ...) end
---x where the condition is true, y (or missing) where it is false, missing where it is missing.
---@param condition value
---@param x value
---@param y? value
---@return array
function where(condition, x, y) end
---The array that the text names; for an array of texts, for each label its own: `choose(labels "part", { … })`.
---A text that is not among the names is an error. Arrays that are not chosen are not computed.
---@param name value
---@param arrays table<string, value>
---@return array
function choose(name, arrays) end
---The first that is present.
---@param x value
---@param ... value
---@return array
function coalesce(x, ...) end
---Is x missing? The result is never missing.
---Without brackets `missing` is the missing value: `where(c, missing, x)`.
---@param x value
---@return array truth never missing
function missing(x) end
---Is x present? The result is never missing.
---@param x value
---@return array truth never missing
function present(x) end

-- Along an axis -----------------------------------------------------------------------------------

---Compensated sum of the elements present; missing if there are none. Of truth values: the number that are true.
---@param x numeric array of numbers or truth values
---@param axis axes
---@param options? reduction
---@return array
function sum(x, axis, options) end
---Arithmetic mean of the elements present. Of truth values: the share that are true.
---@param x numeric array of numbers or truth values
---@param axis axes
---@param options? reduction
---@return array
function mean(x, axis, options) end
---The smallest along an axis.
---@param x value
---@param axis axes
---@param options? reduction
---@return array
function min(x, axis, options) end
---The largest along an axis.
---@param x value
---@param axis axes
---@param options? reduction
---@return array
function max(x, axis, options) end
---The number of elements present; 0 if there are none.
---@param x value
---@param axis axes
---@param options? reduction
---@return array
function count(x, axis, options) end
---Is any element present true?
---@param x array truth values
---@param axis axes
---@param options? reduction
---@return array
function any(x, axis, options) end
---Are all elements present true?
---@param x array truth values
---@param axis axes
---@param options? reduction
---@return array
function all(x, axis, options) end
---The first element present, in the order of the axis.
---@param x value
---@param axis string
---@param options? reduction
---@return array
function first(x, axis, options) end
---The last element present, in the order of the axis.
---@param x value
---@param axis string
---@param options? reduction
---@return array
function last(x, axis, options) end
---The label of the largest; of equal ones the first.
---@param x value
---@param axis string
---@param options? reduction
---@return array label
function argmax(x, axis, options) end
---The label of the smallest; of equal ones the first.
---@param x value
---@param axis string
---@param options? reduction
---@return array label
function argmin(x, axis, options) end
---The middle element of those present, or the mean of the middle two.
---@param x numeric
---@param axis string
---@param options? reduction
---@return array
function median(x, axis, options) end
---Quantile of type 7 (Hyndman and Fan 1996).
---@param x numeric
---@param axis string
---@param p number 0 to 1
---@param options? reduction
---@return array
function quantile(x, axis, p, options) end
---Variance, with divisor n - 1, or n with { divisor = "n" }.
---@param x numeric
---@param axis string
---@param options? reduction
---@return array
function var(x, axis, options) end
---Standard deviation, with divisor n - 1, or n with { divisor = "n" }.
---@param x numeric
---@param axis string
---@param options? reduction
---@return array
function std(x, axis, options) end
---Sample skewness, type 2 (Joanes and Gill 1998), as in spreadsheets.
---@param x numeric
---@param axis string
---@param options? reduction
---@return array
function skewness(x, axis, options) end
---Sample excess kurtosis, type 2 (Joanes and Gill 1998), as in spreadsheets.
---@param x numeric
---@param axis string
---@param options? reduction
---@return array
function kurtosis(x, axis, options) end
---Rank, 1 for the best: the highest, or with order = "ascending" the lowest.
---@param x numeric
---@param axis string
---@param options? { order?: "descending"|"ascending", ties?: "min"|"max"|"dense"|"average"|"first", tolerance?: number, within?: array, axis?: string }
---@return array
function rank(x, axis, options) end
---Running sum; missing stays missing.
---@param x numeric
---@param axis string
---@return array
function cumsum(x, axis) end
---The value k labels before; with count = "numbers", of the label whose number is lower by k.
---@param x value
---@param axis string
---@param k? integer default 1; a negative k looks ahead
---@param options? { count?: "labels"|"numbers" }
---@return array
function lag(x, axis, k, options) end
---The last value present, from at most `limit` labels before; with count = "numbers", `limit` counts by the
---numbers of the labels.
---@param x value
---@param axis string
---@param options? { limit?: integer, count?: "labels"|"numbers" }
---@return array
function fill(x, axis, options) end
---Linear interpolation between the neighbours present, by the numbers of the labels if they are numbers.
---@param x numeric
---@param axis string
---@param options? { ends?: "missing"|"constant" }
---@return array
function interpolate(x, axis, options) end
---Sorts in ascending order, missing elements last.
---@param x numeric
---@param axis string
---@return array
function sort(x, axis) end
---Sum of products along an axis.
---@param x numeric
---@param y numeric
---@param axis string
---@return array
function dot(x, y, axis) end
---Correlation along an axis, over the labels where both are present ("kendall" is tau-b).
---@param x array
---@param y array
---@param axis string
---@param options? { method?: "pearson"|"spearman"|"kendall" }
---@return array
function correlate(x, y, axis, options) end

-- Matrices, linear programs, minima, distributions ----------------------------------------------------

---Eigenvalues (largest first) and eigenvectors (length 1, largest element positive) of a matrix over
---two axes of the same labels. A label whose row and column are missing is left out.
---@param x array symmetric to 1e-12, unless symmetric = false
---@param row string
---@param column string
---@param options? { symmetric?: boolean, axis?: string } axis: the name of the new axis, default "component"
---@return array values over component
---@return array vectors over row and component
function eigen(x, row, column, options) end
---The positive eigenvector of a matrix without negative elements, sum 1, and its eigenvalue (Perron):
---priorities and λmax of a comparison matrix (Saaty 1977). Missing if the matrix falls into separate parts.
---@param x array
---@param row string
---@param column string
---@return array vector over row
---@return array value
function principal(x, row, column) end
---The solution s of a·s = b; missing if a is singular.
---@param a array over row and column
---@param b numeric over row
---@param row string
---@param column string
---@return array solution over column
function solve(a, b, row, column) end

---@class constraint
---@field [1] value coefficients; may have one axis that the objective lacks: a constraint for each of its labels
---@field [2] "<="|">="|"="
---@field [3] value without the axis of the variables
---@class linear_program
---@field maximise? array coefficients over the variables; each label of a further axis is a program of its own
---@field minimise? array
---@field over string the axis of the variables
---@field subject_to? constraint[] at most 16; constraints with a missing element are left out
---@field lower? value|false default 0; false or missing: no bound
---@field upper? value missing: no bound

---The optimum of a linear program: the point and its value; missing, with a warning, if there is none.
---@param program linear_program
---@return array solution over the variables
---@return array optimum
function lp(program) end
---The field of a table (the index, a.params, a table of data, a Lua table); if it does not exist, `otherwise` or nil,
---and no error.
---@param p table|nil
---@param name string
---@param otherwise? any the result if there is no such field
---@return any
function optional(p, name, otherwise) end
---A parameter as a plain number, truth value or text, for values that shape the formulas: the number of loop steps, the
---name of a method. It is read while the script runs. Data cannot be read this way.
---@param x value
---@param otherwise? number|boolean|string the result if x is nil
---@return number|boolean|string
function plain(x, otherwise) end
---The minimum of a formula (Nelder and Mead 1965; Gao and Han 2012), found while the script runs. A
---missing value is worse than any other.
---@param f fun(x: array): array called once; returns one number
---@param start value
---@param options? { tolerance?: number, steps?: integer } defaults 1e-8 and 20000
---@return array at shaped like the start
---@return array minimum
function minimise(f, start, options) end
---The standard normal distribution: the probability of at most z.
---@param z numeric
---@return array
function normal_p(z) end
---The z of a probability (Wichura 1988); missing if p is not between 0 and 1.
---@param p numeric
---@return array
function normal_quantile(p) end
---Student's t distribution: the probability of at most t; two-sided p value: 2 * student_t_p(-abs(t), df).
---@param t numeric
---@param df numeric degrees of freedom, above 0
---@return array
function student_t_p(t, df) end
---The probability of at most this tau among all orders of n values without ties; two-sided p value: 2 * kendall_p(-abs(tau), n).
---@param tau numeric
---@param n numeric 2 to 200
---@return array
function kendall_p(tau, n) end
---The probability of at most this rho among all orders of n values without ties; exact up to n = 12, above by the series AS 89.
---@param rho numeric
---@param n numeric at least 2
---@return array
function spearman_p(rho, n) end

-- Texts, dates, labels, functions of one's own -------------------------------------------------------

---Does the regular expression (PCRE2, UTF-8) match somewhere in the text? Missing for a missing text.
---@param x array|string
---@param pattern string
---@return array
function matches(x, pattern) end
---The text of a group of a regular expression; missing if there is no match.
---@param x array|string
---@param pattern string
---@param group? integer default 1
---@return array
function capture(x, pattern, group) end

---@class level
---@field [1] string the level's name
---@field [2] number its mark
---@field [3] string its pattern
---@field guard? boolean false: the guard is ignored
---@class rubric
---@field levels level[] from the best down
---@field guard? string a sentence that matches it earns nothing
---@field cut? string the characters that end a sentence

---The mark of the highest level that a sentence of the text earns, and the name of the level; missing if it earns none.
---@param x array
---@param r rubric
---@return array mark
---@return array level
function rubric(x, r) end
---A text read as a number; a missing marker gives missing, other text is an error.
---@param x array|string
---@param options? { unit: string } a unit of measure that is allowed: "%", "万元"
---@return array
function number(x, options) end
---A date: of a text as "2011-06-30", of an array of such texts, or of year, month and day.
---@param text array|string|integer
---@param month? integer
---@param day? integer
---@return array
function date(text, month, day) end
---to - from, in days.
---@param from array|string
---@param to array|string
---@return array
function days(from, to) end
---The labels of an axis, as an array over it.
---@param axis string
---@return array
function labels(axis) end
---Calls f for every element, with plain values, nil for missing. Slower than array operations. f returns
---numbers, or the kind that { gives = "text" } as the last argument states.
---@param f fun(...): number|boolean|string|nil
---@param x array
---@param ... value|{ gives: "number"|"truth"|"text"|"date" }
---@return array
function each(f, x, ...) end

---An array written in the rules: a table by label, nested tables for several axes, or rows of labels and a
---value. An axis that does not exist yet is made of the labels written. Values that are not written are missing. A
---single value is used for all labels.
---@param axes axes
---@param values table|value
---@return array
function array(axes, values) end
---A warning in the report if the condition is true for some label; it is computed while the script runs.
---@param condition array|boolean
---@param text string|table a text, or { format, value … }, filled as by string.format
---@param number? numeric shown after the text
function warn(condition, text, number) end
---An error if the condition is true for some label; it is computed while the script runs.
---@param condition array|boolean
---@param text string|table a text, or { format, value … }, filled as by string.format
---@param number? numeric shown after the text
function refuse(condition, text, number) end

-- Declaring an assessment ---------------------------------------------------------------------------

---A file without key columns: its columns are arrays over its rows.
---@class columns
---@field [string] array
local columns = {}
---A table with a row for each item of a column whose cells list several items, or of several columns.
---@param column string|string[]
---@param options { rows: string, by?: string, as?: string, from?: string }
---@return columns
function columns:explode(column, options) end

---@class source
---@field value? string the column of figures (long form)
---@field carry? string[] columns that go with each figure
---@field missing? string[] markers of missing values, in place of the default ones
---@field encoding? string
---@field separator? string
---@field unit_of_measure? string|table<string, string> a column that must agree with the indicators' units, or the units of columns: { gdp = "亿元" }
---@field header? integer|integer[] the line that names the columns; several are joined: { 2, 3 }
---@field footer? integer|string leaves out this many lines at the end, or all from the line that begins with this text
---@field decimal? "," | "." the decimal separator (default: a point)
---@field trim? boolean removes spaces around column names and texts
---@field keys? "nfkc" labels that look alike are one: their form NFKC, without what cannot be seen
---@field without_key? "drop" leaves out rows without a key (default: an error)
---@field others? "carry" | "drop" carries or leaves out columns that are not indicators (default: an error)
---@field columns? { axis?: string, match: string } headings that are labels of an axis, or of the axes named by the groups of the pattern
---@field alias? table<string, table<string, string>|string> other names of the labels of an axis, or a file of two columns with them
---@field numbers? table<string, string> units of measure that numbers may be written with: { value = "%" }
---@field labels? table<string, string> columns that hold labels of an axis, or lists of them: { lead = "unit" }
---@field within? table<string, table> the bounds of columns: { mark = { 0, 100 }, due = { "2011-01-01", "2011-12-31" } }
---@field rows? string of a table: the name of its axis
---@field label? string of a table: the column with the labels of its rows
---@field date? string[] of a table
---@field text? string[] of a table
---@field number? string[] of a table
---@field [string] any any other name is an axis, and the column with its labels

---The tree from a table with a row for each element: Level, iCode, iName, Direction, Weight, Parent, Type.
---@param path string
---@return any
function index_from_csv(path) end

---Declares a CSV file; the path is relative to the folder of the rule file.
---@param path string
---@param options? source
---@return any
function csv(path, options) end

---@class sheet_source: source
---@field sheet? string the sheet; without it the first one
---@field range? string its cells: "A3:K60", "A:K", "3:60"

---Declares a sheet of a workbook (.xlsx), as csv does a CSV file.
---@param path string
---@param options? sheet_source without encoding, separator and decimal
---@return any
function sheet(path, options) end

---@class element
---@field [1] string id
---@field [2] string name
---@field weight? number
---@field cite? string
---@field note? string
---@field [string|integer] any

---@class leaf: element
---@field unit? string of measure
---@field better? "higher"|"lower"|"target"
---@field standard? number|table<string, number>
---@field floor? number|table<string, number>
---@field low? number|table<string, number>
---@field high? number|table<string, number>
---@field cap? number|table<string, number>
---@field target? number[] two numbers
---@field allowed? number[] two numbers
---@field score? fun(x: array, p: table): array
---@field source? string
---@field measures? integer[]
---@field column? string the name the data use, if it is not the id

---An id, a name, attributes, children: the root of the tree.
---@param of element
---@return any
function index(of) end
---An id, a name, attributes, children.
---@param of element
---@return any
function group(of) end
---An id, a name, attributes.
---@param of leaf
---@return any
function indicator(of) end

---An edition that extends another: everything that is not changed stays as in the base. The braces contain `set`,
---`remove`, `add` and `figure`, applied in the order written, and keys of an assessment that replace those of the base.
---@param path string of the base, relative to the folder of this rule file
---@param changes? table if absent, the result is a function that takes it, for `extend "2011.lua" { … }`
---@return any
function extend(path, changes) end
---In `extend`: changes a value of the base; an error if `was` is given and the base has another value.
---@param of { [1]: string, [2]: any, was: any?, cite: string? } an address and its value
---@return any
function set(of) end
---In `extend`: removes indicators, groups with their contents, or leaves.
---@param of { [integer]: string, cite: string? } addresses
---@return any
function remove(of) end
---In `extend`: adds groups and indicators to a group, or a leaf that does not exist yet.
---@param of { [1]: string, [integer]: any, before: string?, cite: string? } an address and what is added there
---@return any
function add(of) end
---In `extend`: changes one figure of the data, named by a label for each axis; of a table also by `column`. An error
---if `was` is given and the data say something else.
---@param of { [1]: string, [2]: number|missing_value, was: number|missing_value|nil, cite: string?, column: string?, [string]: string|number }
---the name of the data and the new value
---@return any
function figure(of) end

---@class tree
---@field weight array
---@field group array
---@field [string] array
local tree = {}
---The lowest level among the axes of x, or a level by name.
---@param x array|string
---@return { axis: string, weight: array, parent: array?, parent_axis: string? }
function tree:level(x) end
---The methods that indicators name, and the indicators that name each.
---@param attribute string
---@return { method: function, ids: string[] }[]
function tree:methods(attribute) end

---The argument of compute.
---@class arguments
---@field data table<string, any>
---@field params table<string, any>
---@field index tree
---@field peers array truth value over unit × stage
---@field id string
---@field focus string?

---What may be otherwise; the manual is doc/robustness.md. The first item is an address, and one key says how it varies.
---@class uncertain_entry
---@field [1] string an address, in which a star stands for any characters
---@field why? string the reason
---@field uniform? number[] low, high
---@field normal? number|number[] standard deviation; or mean and standard deviation
---@field triangular? number[] low, mode, high
---@field pert? number[] low, mode, high
---@field noise? number the share of the value, up or down
---@field dirichlet? number the concentration of weights around their values
---@field simplex? true|{ at_least?: number, at_most?: number, where?: string[], together?: boolean }
---@field panel? string a CSV file with the weights of experts
---@field draw? "expert"|"resample"|"each"
---@field errors? string a column of standard errors
---@field bounds? string[] two columns of confidence bounds
---@field at_least? number bound of normal and errors
---@field at_most? number
---@field level? number what the bounds enclose (0.95)
---@field as? "normal"|"uniform"|"triangular" the distribution between the bounds
---@field impute? "donors"|"residuals"
---@field one_of? (number|string|boolean)[]
---@field with? number|number[] probabilities
---@field each? number the probability with which each is left out
---@field leave_out? "indicator"|"group"|"unit"
---@field together? boolean all that the address means is one group, or takes the same value

---@class declaration
---@field id string
---@field title string
---@field cite? string
---@field status? string
---@field note? string
---@field focus? string the unit the report is about
---@field lang? "zh"|"en" the language of headings; default: Chinese if the title is
---@field stages? table[]
---@field params? table<string, any>
---@field data? table<string, any>
---@field units? string[]
---@field keys? "nfkc" labels that look alike are one, in all data
---@field levels? string[]
---@field index? any
---@field attributes? string[]
---@field outputs? string[] the order of outputs
---@field titles? table<string, string>
---@field show? table<string, string>
---@field statement? table<string, string|string[]>
---@field uncertain? uncertain_entry[]
---@field compute fun(a: arguments): table<string, array>

---What a rule file returns.
---@param of declaration
---@return any
function assessment(of) end

-- The functions of test files (*_test.lua); the manual is doc/testing.md.

---@alias rows table<string, any>|table<string, any>[]|string a row, a list of rows, the text of a CSV file, or a path
---@class run_options
---@field set? table<string, number|string|boolean> leaves by address
---@field where? table<string, string> keeps the rows of keyed data that have this value
---@field strict? boolean warnings are errors

---An array of a result, or a part of one. It can be read, but not used in formulas.
---@class result_array
local result_array = {}
---The element at a place: a plain value (nil: missing) if every remaining axis has only one label, else a smaller array.
---@param place table<string, string|number>
---@return any
function result_array:at(place) end
---All elements: for place, value in r.total:each() do … place.unit … end
---@return fun(): table<string, string>, any
function result_array:each() end

---The result of a run: outputs by name, leaves and data by address ("index.weight", "data.observed").
---@class result
---@field warnings string[]
---@field [string] result_array

---@class tester
local tester = {}
---Computes a rule file, looked for beside the test file and in the current folder.
---@param rules string
---@param data? table<string, rows> replaces the data of that name
---@param options? run_options
---@return result
function tester.run(rules, data, options) end
---Compares numbers, which may differ by at most the tolerance (default: 1e-9 of the wanted value); with a table, by label.
---@param got any
---@param want number|table<string, number>|result_array
---@param tolerance? number
---@return boolean
function tester.near(got, want, tolerance) end
---Compares: a number (to 15 significant digits), a text, true or false, `missing`.
---@param got any
---@param want any
---@return boolean
function tester.is(got, want) end
---There is no value.
---@param got any
---@return boolean
function tester.missing(got) end
---Any other condition.
---@param truth any
---@param text? string the message if it fails
---@return boolean
function tester.ok(truth, text) end
---The rules must refuse the data, with a message that contains this English text or matches this pattern.
---@param rules string
---@param data? table<string, rows>
---@param text string
---@param options? run_options
---@return boolean
function tester.fails(rules, data, text, options) end

---@param name string
---@param run fun(t: tester)
function test(name, run) end
---A table of inputs and wanted results: { rules =, output =, { A1 = 30, want = 50 }, … }.
---@param name string
---@param of table
function cases(name, of) end
---Compares results with a saved file beside the test: { rules =, outputs =, abs =, rel =, data =, set =, where =, file = }.
---@param name string
---@param of table
function golden(name, of) end
---A statement that must hold for any data: { rules =, output =, runs =, on =, data =, set =, tolerance =, better = }.
---@param name string
---@param what table|function
---@param of table
function property(name, what, of) end
---A better value of an indicator never makes the output worse.
---@param indicators? string addresses, "index.*.*", or an indicator's id
---@return table
function monotone(indicators) end
---No value of the output is below or above.
---@param low number
---@param high number
---@return table
function bounds(low, high) end
---Renaming units, another order of rows, or other units of measure change nothing.
---@param what "names"|"rows"|"units"
---@param indicators? string
---@return table
function invariant(what, indicators) end
---In a share of the draws of what is uncertain something holds: { unit =, at =, rank = "<= 7" | score = ">= 60" |
---grade = "A" | verdict = true, with = 0.95, draws = 2000, vary = { "*.weight=noise(0.25)" } }.
---@param what table
---@return table
function robust(what) end
---Adding a unit that is worse than another does not change the order of the others.
---@return table
function no_reversal() end
