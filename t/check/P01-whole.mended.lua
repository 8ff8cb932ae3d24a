return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { notes = csv("notes.csv", { rows = "town", label = "town", text = { "text" } }) },
  compute = function(a)
    return { built = matches(a.data.notes.text, "建成。$") }
  end,
}
