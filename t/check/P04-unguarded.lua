return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { notes = csv("notes.csv", { rows = "town", label = "town", text = { "text" } }) },
  compute = function(a)
    return { mark = rubric(a.data.notes.text, { guard = "计划", levels = {
      { "A", 95, "建成" },
      { "B", 80, "全部建成", guard = false },
      { "C", 60, "开工|建成", },
      { "D", 40, "开工[0-9]+次" },  --> P02:19 P04:19
    } }) }
  end,
}
