return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { notes = csv("notes.csv", { rows = "town", label = "town", text = { "text" } }) },
  compute = function(a)
    return { built = capture(a.data.notes.text, "((建成|[^。]+)*)。$", 1) }  --> P03:50
  end,
}
