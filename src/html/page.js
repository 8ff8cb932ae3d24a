"use strict";
(() => {
const body = document.body, word = body.dataset, $ = (id) => document.getElementById(id);
const make = (tag, text, props) => Object.assign(document.createElement(tag), { textContent: text || "" }, props);
body.classList.add("js");

/* ---- tables: sort, filter, copy ---- */

const value = (cell) => {
  const text = cell ? cell.textContent.trim() : "";
  const number = parseFloat(text.replace(/^[+]/, "").replace(/^−/, "-"));
  return { text, number: Number.isNaN(number) ? null : number };
};

/* Missing values stay at the end, whichever way. */
const sort = (table, column, up) => {
  const rows = [...table.tBodies[0].rows];
  const keyed = rows.map((row, i) => ({ row, i, key: value(row.cells[column]) }));
  const numbers = keyed.every(({ key }) => key.number !== null || key.text === "" || key.text === "-");
  const empty = (key) => key.text === "" || key.text === "-";
  keyed.sort((a, b) => {
    if (empty(a.key) !== empty(b.key)) return empty(a.key) ? 1 : -1;
    const order = numbers ? a.key.number - b.key.number : a.key.text.localeCompare(b.key.text, document.documentElement.lang);
    return (up ? order : -order) || a.i - b.i;
  });
  table.tBodies[0].append(...keyed.map(({ row }) => row));
};

const headings = (table) => [...table.tHead.rows[table.tHead.rows.length - 1].cells];

const sortable = (table) => {
  headings(table).forEach((head, column) => {
    if (head.tagName !== "TH" || !head.textContent) return;
    const name = head.textContent, button = make("button", name, { type: "button" });
    button.title = word.sort.replace("%s", name);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      headings(table).forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      sort(table, column, up);
    });
    head.replaceChildren(button);
  });
};

const shown = (row) => !row.classList.contains("off");
const asText = (table) => [...table.rows].filter(shown).map((row) =>
  [...row.cells].filter((cell) => !cell.classList.contains("off"))
    .flatMap((cell) => [cell.textContent.trim(), ...Array(cell.colSpan - 1).fill("")]).join("\t")).join("\n");

const copy = async (text, button) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", text);
    area.value = text;
    body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = word.copied;
  setTimeout(() => { button.textContent = word.copy; }, 1500);
};

const tools = (box, table) => {
  const bar = make("div", "", { className: "tools" }), rows = [...table.tBodies[0].rows];
  if (rows.length > 5) {
    const input = make("input", "", { type: "search", placeholder: word.filter });
    const count = make("span", "", { className: "faint" });
    input.setAttribute("aria-label", `${word.filter}: ${box.getAttribute("aria-label") || word.table}`);
    count.setAttribute("role", "status");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let left = 0;
      for (const row of rows) {
        const off = !row.textContent.toLowerCase().includes(wanted);
        row.classList.toggle("off", off);
        left += !off;
      }
      count.textContent = !wanted ? "" : left ? word.rows.replace("%1", left).replace("%2", rows.length) : word.none;
    });
    bar.append(input, count);
  }
  const button = make("button", word.copy, { type: "button" });
  button.addEventListener("click", () => copy(asText(table), button));
  bar.append(button);
  box.before(bar);
};

const ready = new WeakSet();
const equip = (box) => {
  const table = box.querySelector("table");
  if (ready.has(box) || !table || !table.tHead || table.tBodies[0].rows.length < 2) return;
  ready.add(box);
  sortable(table);
  tools(box, table);
};

/* ---- what is chosen, and the address that says it ---- */

const state = { unit: "", stage: "", why: "" };
const unitBox = $("of-unit"), stageBox = $("of-stage");
const stageTitle = () => (stageBox && state.stage ? stageBox.selectedOptions[0].textContent : "");

const explains = (id) => Boolean(id && $("why") && $(id) && $("why").contains($(id)) && id !== "why");

const read = () => {
  for (const key of Object.keys(state)) state[key] = "";
  const hash = location.hash.slice(1);
  for (const part of hash.split("&")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at) in state) state[part.slice(0, at)] = part.slice(at + 1);
    else if (explains(part)) state.why = part;
  }
};

const write = (push) => {
  const parts = Object.entries(state).filter(([, v]) => v).map(([k, v]) => `${k}=${v}`);
  history[push ? "pushState" : "replaceState"](null, "", `#${parts.join("&")}`);
};

/* Has a unit been chosen? Rows that never were marked need not be looked at. */
let marked = false;
const showUnits = () => {
  if (!state.unit && !marked) return;
  marked = true;
  for (const unit of document.querySelectorAll(".unit")) {
    const on = !state.unit || unit.id === `unit=${state.unit}`;
    unit.classList.toggle("off", !on);
    if (on && state.unit) unit.querySelectorAll(".t").forEach(equip);
  }
  const name = unitBox && state.unit ? unitBox.selectedOptions[0].textContent : null;
  for (const row of document.querySelectorAll("tbody tr")) {
    const head = row.cells[0];
    row.classList.toggle("chosen", name !== null && head && head.textContent === name);
  }
};

/* The columns under another stage's heading, and lines that are about another stage. */
let parted = false;
const showStage = () => {
  const title = stageTitle();
  if (!title && !parted) return;
  parted = true;
  for (const table of document.querySelectorAll("main .t>table")) {
    if (!table.tHead || table.tHead.rows.length < 2) continue;
    const over = [...table.tHead.rows[0].cells];
    const of = over.flatMap((cell) => Array(cell.colSpan).fill(cell.textContent));
    const titles = new Set([...stageBox.options].slice(1).map((o) => o.textContent));
    const off = (text) => Boolean(title) && titles.has(text) && text !== title;
    over.forEach((cell) => cell.classList.toggle("off", off(cell.textContent)));
    for (const row of [...table.rows].slice(1))
      [...row.cells].forEach((cell, i) => cell.classList.toggle("off", off(of[i])));
  }
};

let opener = null;
const showWhy = (focus) => {
  for (const on of document.querySelectorAll("#why .on")) on.classList.remove("on");
  const record = state.why && $(state.why);
  if (!record) return;
  record.classList.add("on");
  record.parentElement.scrollTop = 0;
  if (focus) {
    record.tabIndex = -1;
    record.focus({ preventScroll: true });
  }
};

const apply = (focus) => {
  if (unitBox) unitBox.value = [...unitBox.options].some((o) => o.value === state.unit) ? state.unit : (state.unit = "");
  if (stageBox) stageBox.value = [...stageBox.options].some((o) => o.value === state.stage) ? state.stage : (state.stage = "");
  if (unitBox) showUnits();
  if (stageBox) showStage();
  showWhy(focus);
};

const choose = (key, to) => {
  state[key] = to;
  write(true);
  apply(false);
  if (key === "unit" && to) $(`unit=${to}`).scrollIntoView();
};

if (unitBox) unitBox.addEventListener("change", () => choose("unit", unitBox.value));
if (stageBox) stageBox.addEventListener("change", () => choose("stage", stageBox.value));
if ($("choose")) $("choose").hidden = false;

const close = () => {
  if (!state.why) return;
  state.why = "";
  write(true);
  showWhy(false);
  if (opener) opener.focus({ preventScroll: true });
};

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const to = link.getAttribute("href").slice(1);
  if (explains(to)) {
    event.preventDefault();
    if (!link.closest("#why")) opener = link;
    state.why = to;
    write(true);
    showWhy(true);
  } else if (to === "why") {
    event.preventDefault();
    close();
  } else if (to.startsWith("unit=")) {
    event.preventDefault();
    choose("unit", to.slice(5));
  } else if ($(to)) {
    const menu = link.closest("#bar details");
    event.preventDefault();
    if (menu) menu.open = false;
    $(to).scrollIntoView();
    const head = $(to).querySelector("h2");
    if (head) {
      head.tabIndex = -1;
      head.focus({ preventScroll: true });
    }
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
window.addEventListener("popstate", () => { read(); apply(false); });
window.addEventListener("hashchange", () => { read(); apply(false); });

document.querySelectorAll("main .t").forEach((box) => { if (!box.closest(".unit")) equip(box); });
const near = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    target.querySelectorAll(".t").forEach(equip);
  }
}, { rootMargin: "100%" });
/* Sections that are out of sight are laid out when there is time, one after the other: the page is
   ready before. */
const later = window.requestIdleCallback || setTimeout;
const units = [...document.querySelectorAll(".unit")];
units.forEach((unit) => near.observe(unit));
const hidden = [...document.querySelectorAll("main>section"), ...(units.length <= 40 ? units : [])];
const lay = () => {
  if (!hidden.length) return;
  hidden.shift().classList.add("laid");
  later(lay);
};
window.addEventListener("load", () => later(lay));

read();
apply(false);
if (state.unit && $(`unit=${state.unit}`)) $(`unit=${state.unit}`).scrollIntoView();
})();
