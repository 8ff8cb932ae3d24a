return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { notes = csv("notes.csv", { rows = "town", label = "town", text = { "text" } }) },
  compute = function(a)
    return { mark = rubric(a.data.notes.text, { levels = {
      { "A", 95, "全部建成" },
      { "B", 80, "投入使用" },
      { "C", 60, ".+" },
    } }) }
  end,
}
