return assessment {
  id = "words", title = "Words",
  data = { papers = csv("papers.csv") },
  compute = function(a)
    local text = a.data.papers.text
    local score, level = rubric(text, { levels = { { "A", 90, "done" }, { "B", 50, "plan" } }, guard = "not" })
    local marks = where(matches(text, "late"), score - 15.5, score)
    return { level = level, marks = round(marks, 0), place = rank(marks, "papers") }
  end,
}
