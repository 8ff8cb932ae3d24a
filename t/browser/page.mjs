// The page of a report in a browser: what a reader meets who opens the file, clicks, types, chooses and prints.
// `make test-browser` runs it; it makes its pages in build/browser/, and leaves pictures there to look at.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const room = resolve("build/browser"), need = createRequire(room + "/");
const puppeteer = need("puppeteer-core"), axe = need("axe-core");
const assess = process.env.ASSESS_BIN || "build/assess";
mkdirSync(room + "/shots", { recursive: true });

let count = 0, failed = 0;
const ok = (right, name, more = "") => {
  console.log(`${right ? "" : "not "}ok ${++count} - ${name}`);
  if (!right) { failed++; console.log(`# ${String(more).replace(/\n/g, "\n# ")}`); }
};
const is = (got, want, name) => ok(got === want, name, `got ${JSON.stringify(got)}, not ${JSON.stringify(want)}`);

const make = (name, ...words) => {
  execFileSync(assess, ["report", ...words, "-o", `${room}/${name}.html`], { stdio: ["ignore", "inherit", "inherit"] });
  return `file://${room}/${name}.html`;
};
const chinese = make("chinese", "rules/2011.lua"), english = make("english", "rules/hdi.lua");
writeFileSync(room + "/hostile.csv", "unit,value\n" + ["<script>document.title='taken'</script>", "]]>", "\u202Egnp.exe", "x".repeat(10000),
  "<img src=http://127.0.0.1:9/x onerror=document.title='taken'>"].map((name, i) => `"${name}",${i + 1}\n`).join(""));
writeFileSync(room + "/hostile.lua", `return assessment { id = "hostile", title = "<b>Hostile</b>",
  data = { x = csv("hostile.csv", { unit = "unit", value = "value" }) }, show = { score = "total", rank = "place" },
  compute = function(a) return { total = a.data.x * 1, place = rank(a.data.x * 1, "unit") } end }\n`);
const hostile = make("hostile", room + "/hostile.lua");

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM || ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"].find((p) => { try { readFileSync(p); return true; } catch { return false; } }),
  args: ["--no-sandbox", "--disable-gpu"],
});

// A fresh page, and what it said and asked for.
const open = async (address, { width = 1280, scheme = "light", script = true } = {}) => {
  const page = await browser.newPage(), heard = [];
  page.on("console", (m) => heard.push(`console: ${m.text()}`));
  page.on("pageerror", (e) => heard.push(`error: ${e.message}`));
  page.on("request", (r) => { if (r.url().split("#")[0] !== address.split("#")[0]) heard.push(`request: ${r.url()}`); });
  await page.setJavaScriptEnabled(script);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width, height: 900 });
  await page.goto(address);
  return { page, heard };
};
const shown = (page, selector) => page.$$eval(selector, (all) => all.filter((e) => e.checkVisibility()).length);
const text = (page, selector) => page.$eval(selector, (e) => e.innerText);
const why = (page) => page.$$eval("#why section>*", (all) => all.filter((e) => e.checkVisibility()).map((e) => e.innerText).join("\n"));
const name = (address) => address.replace(/.*\//, "").replace(/\.html.*/, "");

// What axe-core finds that is serious or worse.
const serious = async (page, where) => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((p) => window.axe.run(p || document, { resultTypes: ["violations"] }), where);
  return violations.filter((v) => ["serious", "critical"].includes(v.impact))
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`).join("\n");
};

// ---- it opens, silently, at every width and in the dark ----

for (const address of [chinese, english, hostile]) {
  for (const width of [360, 1280, 2560]) {
    for (const scheme of ["light", "dark"]) {
      const { page, heard } = await open(address, { width, scheme });
      const label = `${name(address)} ${width} ${scheme}`;
      is(heard.join("\n"), "", `${label}: no message, no request`);
      is(await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)), 0, `${label}: nothing sticks out`);
      await page.screenshot({ path: `${room}/shots/${label.replace(/ /g, "-")}.png` });
      // Of the large page all units are looked at once, elsewhere one of them: they are alike.
      const all = width === 1280 && scheme === "light";
      if (all || (width === 1280) === (scheme === "light") || address !== chinese) {
        is(await serious(page, address !== chinese ? null : { exclude: all ? ["#why"] : ["#why", ".unit~.unit"] }), "", `${label}: nothing serious for axe-core`);
      }
      await page.close();
    }
  }
}
for (const [width, scheme] of [[360, "dark"], [1280, "light"]]) { // an explanation of each kind is open, and the tables beside charts
  const { page } = await open(chinese, { width, scheme });
  await page.evaluate(() => {
    document.querySelectorAll("details").forEach((d) => { d.open = true; });
    document.querySelectorAll("#why section").forEach((s) => s.firstElementChild.classList.add("on"));
  });
  is(await serious(page, { include: ["#why", "figure", "#bar"] }), "", `explanations ${width} ${scheme}: nothing serious for axe-core`);
  await page.close();
}
{
  const { page } = await open(hostile);
  ok((await page.title()).includes("Hostile"), "hostile names do not act");
  await page.close();
}

// ---- sorting, filtering, choosing ----

{
  const { page, heard } = await open(chinese);
  const first = () => page.$eval("#ranking tbody tr", (row) => row.cells[0].innerText);
  const head = "#ranking thead tr:last-child th:nth-child(3) button";
  is(await first(), "Tokyo", "the ranking begins with the first");
  await page.click(head);
  is(await first(), "Shenzhen", "sorted by the score, it begins with the lowest");
  is(await page.$eval(head, (b) => b.parentElement.getAttribute("aria-sort")), "ascending", "and says how it is sorted");
  is(await page.$eval("#ranking tbody tr:last-child", (row) => row.cells[2].innerText), "-", "what is missing stays at the end");
  await page.click(head);
  is(await first(), "Tokyo", "a second time, with the highest");
  await page.type("#ranking input", "seo");
  is(await shown(page, "#ranking .t tbody tr"), 1, "a filter leaves the rows that contain it");
  await page.select("#of-unit", "Seoul");
  is(await shown(page, ".unit"), 1, "a unit chosen is the only one");
  ok(page.url().endsWith("#unit=Seoul"), "and stands in the address", page.url());
  await page.select("#of-stage", "stage2");
  is(await page.$$eval("#parts thead tr:first-child th", (all) => all.filter((e) => e.checkVisibility()).map((e) => e.innerText).join()), "第二阶段 2021–2050", "a stage chosen is the only one");
  const address = page.url();
  await page.close();
  const again = await open(address);
  is(await again.page.$eval("#of-unit", (e) => e.value) + (await again.page.$eval("#of-stage", (e) => e.value)), "Seoulstage2", "the address can be sent to somebody");
  is(heard.concat(again.heard).join(), "", "all of it in silence");
  await again.page.close();
}

// ---- from a number to a cell of the data and a line of the rules, by mouse, by keys and without a script ----

const follow = async (page, label) => {
  await page.evaluate(() => [...document.querySelectorAll("#ranking tbody tr")].find((r) => r.cells[0].innerText === "Shenzhen").cells[2].querySelector("a").click());
  ok((await why(page)).startsWith("Shenzhen, stage1 = 69.4993"), `${label}: a total is explained`, await why(page));
  for (const [shown, wanted] of [["72.5718", "A1"], ["43.8433", "13153"], ["13153", "Shenzhen,A1,2008,13153"]]) {
    await page.evaluate((t) => [...document.querySelectorAll("#why a")].find((a) => a.checkVisibility() && a.innerText === t).click(), shown);
    ok((await why(page)).includes(wanted), `${label}: ${shown} leads on to ${wanted}`, await why(page));
  }
  is(await page.$$eval("#why mark", (all) => all.filter((e) => e.checkVisibility()).map((e) => e.innerText).join()), "13153", `${label}: the cell is marked`);
};
{
  const { page, heard } = await open(chinese);
  await follow(page, "by mouse");
  await page.goBack();
  ok((await why(page)).includes("43.8433"), "one can go back");
  await page.screenshot({ path: `${room}/shots/chinese-why.png` });
  await page.keyboard.press("Escape");
  is(await why(page), "", "Escape closes it");
  is(heard.join(), "", "in silence");
  await page.close();
}
{
  const { page } = await open(chinese);
  await page.focus("#findings a[href='#1']");
  await page.keyboard.press("Enter");
  ok((await why(page)).startsWith("Shenzhen, stage1"), "by keys: Enter explains");
  await page.keyboard.press("Tab");
  ok(await page.evaluate(() => Boolean(document.activeElement.closest("#why"))), "by keys: Tab goes on within the explanation");
  await page.keyboard.press("Escape");
  is(await page.evaluate(() => document.activeElement.getAttribute("href")), "#1", "by keys: Escape leads back to the number");
  await page.close();
}
{
  const { page, heard } = await open(chinese, { script: false });
  const target = await page.$eval("#findings a[href='#1']", (a) => a.href);
  await page.goto(target);
  ok((await why(page)).startsWith("Shenzhen, stage1 = 69.4993"), "without a script: a link explains");
  is(await shown(page, ".unit"), 10, "without a script: all units are shown");
  is(heard.join(), "", "without a script: silence");
  await page.close();
}

// ---- on paper ----

for (const [address, least, most] of [[chinese, 15, 40], [english, 3, 20]]) {
  const { page } = await open(address);
  const paper = Buffer.from(await page.pdf({ format: "A4", preferCSSPageSize: true, path: `${room}/shots/${name(address)}.pdf` })).toString("latin1");
  const pages = (paper.match(/\/Type\s*\/Page\b/g) || []).length;
  ok(pages >= least && pages <= most, `${name(address)}: ${least} to ${most} pages`, `${pages} pages`);
  ok(/\/MediaBox\s*\[\s*0 0 59[45][.\d]* 84[12][.\d]*\s*\]/.test(paper), `${name(address)}: A4`, paper.match(/\/MediaBox[^\]]*\]/));
  await page.close();
}

await browser.close();
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
