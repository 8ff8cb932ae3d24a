return assessment {
  id = "towns", title = "Towns", cite = "(1)",
  data = { notes = csv("notes_dated.csv", { rows = "town", label = "town" }) },
  compute = function(a)
    local d = a.data.notes.day
    return { mark = where(d:le(date "2011-06-30"), "half",
      where(d:le(date "2011-12-31"), "year", "late")) }
  end,
}
