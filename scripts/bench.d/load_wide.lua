-- A wide file as a table: every column is read, since all are named; one is added up so that something is seen of it.
return assessment {
  id = "load_wide", title = "Load a wide file",
  data = { observed = csv("../../build/bench/wide-1000000.csv", { rows = "row" }) },
  compute = function(a)
    local t, column = a.data.observed, {}
    for i, name in ipairs { "unit_id", "year",
    "ind_00", "ind_01", "ind_02", "ind_03", "ind_04", "ind_05", "ind_06", "ind_07", "ind_08", "ind_09",
    "ind_10", "ind_11", "ind_12", "ind_13", "ind_14", "ind_15", "ind_16", "ind_17", "ind_18", "ind_19",
    "ind_20", "ind_21", "ind_22", "ind_23", "ind_24", "ind_25", "ind_26", "ind_27", "ind_28", "ind_29",
    "ind_30", "ind_31", "ind_32", "ind_33", "ind_34", "ind_35", "ind_36", "ind_37", "ind_38", "ind_39",
    "ind_40", "ind_41", "ind_42", "ind_43", "ind_44", "ind_45", "ind_46", "ind_47", "ind_48", "ind_49",
    } do column[i] = t[name] end
    return { total = sum(column[52], "row") }
  end,
}
