-- A next edition of the index job: other weights, and one indicator turned round.
return extend("ranks.lua", { id = "ranks_next",
  set { "index.D1.ind_00.weight", 3, was = 1 },
  set { "index.D3.ind_25.weight", 4, was = 2 },
  set { "index.D5.ind_49.weight", 1, was = 2 },
  set { "index.D2.ind_10.better", "lower", was = "higher" },
})
