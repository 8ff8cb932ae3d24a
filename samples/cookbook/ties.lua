-- 并列名次：同一组得分的几种排法。
return assessment {
  id = "ties", title = "并列名次的几种排法",
  data = { score = csv("ties.csv", { unit = "单位", value = "得分" }) },
  outputs = { "usual", "dense", "average", "last", "near" },
  titles = { usual = "并列占位", dense = "并列不占位", average = "平均名次", last = "并列取后", near = "相差0.05以内并列" },
  compute = function(a)
    local score = a.data.score
    return {
      usual   = rank(score, "unit"),                              -- 1、2、2、4：两个第二，没有第三
      dense   = rank(score, "unit", { ties = "dense" }),          -- 1、2、2、3：两个第二，下一个是第三
      average = rank(score, "unit", { ties = "average" }),        -- 1、2.5、2.5、4：统计检验和秩和比用
      last    = rank(score, "unit", { ties = "max" }),            -- 1、3、3、4：从严，按最后一名算
      near    = rank(score, "unit", { tolerance = 0.05 }),        -- 与并列组最高分相差不超过0.05的也并列
    }
  end,
}
