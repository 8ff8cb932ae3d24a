-- Treatment without winsorising: logarithms at once.

local denominate, impute, treat = require "methods.denominate", require "methods.impute", require "methods.treat"

return assessment {
  id = "asem-logs", title = "ASEM, logarithms alone",
  data = { imputed = csv("Imputed.csv", { unit = "uCode" }) },
  levels = { "indicator", "pillar", "sub_index", "index" },
  index = index_from_csv "asem_iMeta.csv",
  compute = function(a)
    local treated, t = treat.winsorise_or_log(a.data.imputed, { most = 0 })
    t.figures, t.logged, t.points = treated, nil, nil
    return t
  end,
}
