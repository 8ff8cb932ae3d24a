-- Tests of hdi.lua against the figures of UNDP, and by hand. Source of the published figures: Human Development
-- Report 2023/2024, composite indices time series (samples/hdi/published.csv has where they come from).

test("as published, to three decimals", function(t)
  local r = t.run("hdi.lua")
  t.near(r.hdi_by_year:at { year = "2011" }, {
    CHN = 0.706, HKG = 0.921, SGP = 0.924, KOR = 0.895, JPN = 0.902, USA = 0.918,
    GBR = 0.909, LUX = 0.913, NOR = 0.940, CHE = 0.940, QAT = 0.830, SSD = 0.408,
  })
  t.near(r.hdi, {
    CHN = 0.788, HKG = 0.956, SGP = 0.949, KOR = 0.929, JPN = 0.920, USA = 0.927,
    GBR = 0.940, LUX = 0.927, NOR = 0.966, CHE = 0.967, QAT = 0.875, SSD = 0.381,
  })
end)

-- The published ranks of 2022 are 1 CHE, 2 NOR, 4 HKG, 9 SGP, 15 GBR, 19 KOR, 20 USA and LUX, 24 JPN, 40 QAT, 75 CHN, 192 SSD:
-- among these twelve that is
test("ranks of 2022, the United States and Luxembourg sharing one", function(t)
  t.is(t.run("hdi.lua").rank, {
    CHE = 1, NOR = 2, HKG = 3, SGP = 4, GBR = 5, KOR = 6, USA = 7, LUX = 7, JPN = 9, QAT = 10, CHN = 11, SSD = 12,
  })
end)

-- A country whose components all lie at their goalposts has 0 or 1 in each dimension. Halfway, life expectancy
-- is (20 + 85) / 2 = 52.5, schooling 9 and 7.5, and income, by its logarithm, sqrt(100 * 75000) = 2738.6128.
local function country(le, eys, mys, gnipc)
  return { observed = { iso3 = "X", year = 2022, le = le, eys = eys, mys = mys, gnipc = gnipc } }
end

local function dimensions(t, data, health, education, income)
  t.near(t.run("hdi.lua", data).dimensions, { health = health, education = education, income = income }, 1e-12)
end

test("goalposts", function(t)
  dimensions(t, country(20, 0, 0, 100), 0, 0, 0)
  dimensions(t, country(85, 18, 15, 75000), 1, 1, 1)
  dimensions(t, country(52.5, 9, 7.5, (100 * 75000) ^ 0.5), 0.5, 0.5, 0.5)
end)

test("beyond a goalpost counts as the goalpost", function(t)
  dimensions(t, country(90, 20, 16, 120000), 1, 1, 1)
  dimensions(t, country(15, 0, 0, 50), 0, 0, 0)
end)

test("goalposts that are equal on paper give no score", function(t)
  local set = {}
  for _, of in ipairs { "health.le", "education.eys", "education.mys", "income.gnipc" } do
    set["index." .. of .. ".low"], set["index." .. of .. ".high"] = 0.3, 0.1 + 0.2
  end
  local dimensions = t.run("hdi.lua", country(20, 20, 20, 20), { set = set }).dimensions
  for _, name in ipairs { "health", "education", "income" } do t.missing(dimensions:at { dimension = name }) end
end)

test("the two schoolings weigh the same", function(t)
  dimensions(t, country(85, 18, 0, 75000), 1, 0.5, 1)
  dimensions(t, country(85, 0, 15, 75000), 1, 0.5, 1)
  dimensions(t, country(85, 9, 15, 75000), 1, 0.75, 1)
end)

-- (0.5 * 1 * 1) ^ (1/3) = 0.7937 and (0.5 * 0.5 * 1) ^ (1/3) = 0.63, whichever dimension it is.
test("the geometric mean of three dimensions", function(t)
  local function hdi(...) return t.run("hdi.lua", country(...)).hdi end
  t.near(hdi(52.5, 18, 15, 75000), 0.794)
  t.near(hdi(85, 9, 7.5, 75000), 0.794)
  t.near(hdi(85, 18, 15, (100 * 75000) ^ 0.5), 0.794)
  t.near(hdi(52.5, 9, 7.5, 75000), 0.630)
  t.near(hdi(52.5, 9, 7.5, (100 * 75000) ^ 0.5), 0.5)
  t.near(hdi(20, 18, 15, 75000), 0)                     -- nothing makes good for a zero
end)

test("who lacks one component has no index and no rank", function(t)
  for k = 1, 4 do
    local x = { 85, 18, 15, 75000 }
    x[k] = missing
    local r = t.run("hdi.lua", country(table.unpack(x)))
    t.missing(r.hdi)
    t.missing(r.rank)
  end
end)

test("params.year chooses the year of hdi, rank and dimensions", function(t)
  local r = t.run("hdi.lua", nil, { set = { ["params.year"] = 2011 } })
  t.near(r.hdi:at { unit = "CHN" }, 0.706)
  t.near(r.dimensions:at { unit = "CHN", dimension = "health" }, (75.903 - 20) / 65, 1e-12)
  t.is(r.rank:at { unit = "SSD" }, 12)
end)

golden("sample", { rules = "hdi.lua", abs = 1e-9 })

property("a better component never lowers the index", monotone "index.*.*", { rules = "hdi.lua", output = "hdi" })
property("between 0 and 1", bounds(0, 1), { rules = "hdi.lua", output = "hdi" })
property("whatever countries are called", invariant "names", { rules = "hdi.lua" })
property("in whatever order", invariant "rows", { rules = "hdi.lua" })
