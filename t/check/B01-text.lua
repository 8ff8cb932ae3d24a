return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { notes = csv("notes.csv", { rows = "town", label = "town", text = { "text" } }) },
  compute = function(a)
    local t = a.data.notes.text
    return { mark = where(t:eq("开工。"), 1, where(matches(t, "建成"), 2,
      where(t:eq("开工。"), 3, 0))) }  --> B01:7
  end,
}
