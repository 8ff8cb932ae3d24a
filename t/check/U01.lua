-- found: t/check/notes_late.csv:1:late U01
return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { notes = csv("notes_late.csv", { rows = "town", label = "town", text = { "text" } }) },
  compute = function(a)
    return { built = matches(a.data.notes.text, "建成") }
  end,
}
