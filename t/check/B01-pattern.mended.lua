return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { notes = csv("notes.csv", { rows = "town", label = "town", text = { "text" } }) },
  compute = function(a)
    local t = a.data.notes.text
    return { mark = where(matches(t, "全部建成|投入使用"), 2,
      where(matches(t, "建成|投入"), 1, 0)) }
  end,
}
