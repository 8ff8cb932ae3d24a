-- A second edition, written as an overlay of the first: it contains three proposed changes and nothing else.
--
-- This is a sample of ours (草案), not an official document. The figures of GB 3095-2012 are those of the
-- standard; every weight is a proposal, to be decided by the 推进委员会.
-- PM2.5, which GB 3095-2012 introduces, is left for later, until the cities compared publish figures of it.

return extend "2011.lua" {
  id = "2012", title = "深圳国际化城市指标体系（2012）",
  cite = "示例：对深府〔2011〕68号 五（四）2011年版的修改建议", status = "草案",
  note = "示例修改案，非正式文件：一、权重由港口吞吐量移向研发投入；二、可吸入颗粒物第一阶段标准按 GB 3095-2012；三、删去与 B1 重复的 C3。",

  -- 1. Move one point of weight from the port to research. The peers of the second stage handle fewer containers than
  --    those of the first, so A5 has the same standard in both stages and distinguishes little; (5) asks for A8.
  set { "index.A.A5.weight", 1, was = 2, cite = "草案一：港口吞吐量在两个阶段标准相同，区分度低" },
  set { "index.A.A8.weight", 4, was = 3, cite = "草案一：权重移至研发投入，(5)" },

  -- 2. The standard of the first stage was 47 ug/m3, the figure of Hong Kong. The national standard of 2012 allows a
  --    yearly mean of 40 in its first grade, and the city's standard should not be weaker.
  set { "index.C.C7.standard.stage1", 40, was = 47, cite = "草案二：GB 3095-2012 一级浓度限值，PM10 年平均 40 ug/m3" },
  set { "index.C.C7.source", "GB 3095-2012, grade I; second stage ours", was = "WHO: Hong Kong 2009; second stage ours" },

  -- 3. Qianhai is counted twice: in B1, and as one of the new districts in C3. Remove C3 and give its weight to air,
  --    in the same area.
  remove { "index.C.C3", cite = "草案三：与 B1（前海）重复计算，(10)(20)" },
  set { "index.C.C7.weight", 5.5, was = 4, cite = "草案三：C3 的权重留在本领域" },
}
