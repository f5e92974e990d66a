// The playground's page: its files go to the command in the worker, and what that finds is shown.
"use strict";

const byId = id => document.getElementById(id);
const editor = byId("editor");
let files = [{name: "template.yaml", text: ""}];
let current = 0;
let examples = [];
let past = []; // the files before each mend

// isText reports whether a file is an error text, an event or a log, and not what is deployed.
const isText = f => /\.(txt|log)$/.test(f.name);

// nameOf guesses the name of a pasted text from what it is.
function nameOf(text) {
  const json = /^\s*[{[]/.test(text);
  if (json) {
    let value;
    try { value = JSON.parse(text); } catch { return /"Resources"\s*:/.test(text) ? "template.json" : "error.txt"; }
    if (value.hopgrantSnapshot) { return "snapshot.json"; }
    if (value.Resources) { return "template.json"; }
    if (value.format_version && (value.planned_values || value.resource_changes)) { return "plan.json"; }
    if (value.terraform_version && value.resources) { return "terraform.tfstate"; }
    return "error.txt";
  }
  if (/^\s*(resource|module|data|variable|locals|provider|terraform)\s*("[^"]*"\s*){0,2}\{/m.test(text)) { return "main.tf"; }
  if (/^(Resources|AWSTemplateFormatVersion|Transform)\s*:/m.test(text)) { return "template.yaml"; }
  if (/^topics:/m.test(text) && /^queues:/m.test(text)) { return "fanout.yaml"; }
  return "error.txt";
}

// clean makes a name that is a path below the folder of the files.
function clean(name) {
  const parts = name.split(/[\\/]+/).filter(p => p && p !== "." && p !== "..");
  return parts.join("/") || "file.txt";
}

function unused(name) {
  let free = name;
  for (let n = 2; files.some(f => f.name === free); n++) { free = name.replace(/(\.[^.]*)?$/, `-${n}$1`); }
  return free;
}

function showFiles() {
  byId("tabs").replaceChildren(...files.map((f, i) => element("button", {type: "button", role: "tab", id: "tab-" + i, "aria-selected": String(i === current), tabindex: i === current ? "0" : "-1",
    onclick: () => choose(i), onkeydown: e => {
      const step = {ArrowRight: 1, ArrowLeft: -1}[e.key];
      if (step) { choose((i + step + files.length) % files.length); byId("tab-" + current).focus(); }
    }}, f.name)));
  editor.value = files[current].text;
  byId("name").value = files[current].name;
  byId("remove").disabled = files.length === 1;
}

function choose(i) {
  current = i;
  showFiles();
}

function replaceFiles(list) {
  files = list;
  current = 0;
  past = [];
  byId("undo").disabled = true;
  showFiles();
  update();
}

// flags are those of the commands that read files.
function flags() {
  const list = [];
  for (const name of ["account", "region"]) {
    const v = byId(name).value.trim();
    if (v) { list.push("--" + name, v); }
  }
  return list;
}

// command runs the command over the page's files.
function command(...args) {
  return ask({args: [...args, ...flags()], files: Object.fromEntries(files.map(f => [f.name, f.text])), stdin: ""});
}

// paths are the files of one kind. Terraform reads all of a folder, and the command finds its configuration itself.
function paths(text) {
  const names = files.filter(f => f.text.trim() && isText(f) === text).map(f => f.name.endsWith(".tf") ? f.name.slice(0, f.name.lastIndexOf("/") + 1) || "." : f.name);
  return [...new Set(names.filter(n => !/\.tfvars$|^\.hopgrant\.ya?ml$/.test(n)))];
}

// messages turns what the command says on stderr into paragraphs.
function messages(stderr) {
  return stderr.split("\n").filter(l => l).map(l => {
    const hint = l.startsWith("hopgrant: hint: ");
    return element("p", {class: hint ? "help" : "problem"}, l.replace(/^hopgrant: (error|hint): /, ""));
  });
}

let loaded = false;
let shownOf = "";
const update = latest(async () => {
  const deployed = paths(false), texts = paths(true);
  const state = JSON.stringify({files, flags: flags()});
  try {
    if (deployed.length === 0 && texts.length === 0) {
      show({summary: loaded ? "Nothing to look at yet." : ""});
    } else if (texts.length > 0) {
      const r = await command("diagnose", ...texts, ...deployed.flatMap(p => ["--template", p]));
      show({errors: messages(r.stderr), printed: r.stdout, open: true, summary: r.status === 0 ? "Diagnosed." : "Nothing is known of this text."});
    } else {
      const found = await command("check", "--format", "json", "--severity", "info", ...deployed);
      if (!found.stdout) {
        show({errors: messages(found.stderr), summary: "It cannot be read."});
      } else {
        const page = await command("explain", "--format", "html", ...deployed);
        const plain = await command("check", ...deployed);
        show({errors: messages(found.stderr), report: JSON.parse(found.stdout), page: page.stdout, printed: plain.stdout});
      }
    }
    if (!loaded && (deployed.length || texts.length)) { loaded = true; offline(); }
  } catch (e) {
    show({errors: [element("p", {class: "problem"}, "The program cannot be run: " + e.message)]});
  }
  byId("waiting").hidden = true;
  shownOf = state;
  document.body.dataset.shown = state; // for tests: what the page shows is the answer to this
});

function show({errors = [], report, page, printed, open, summary}) {
  byId("errors").replaceChildren(...errors);
  const line = byId("summary");
  if (report) {
    const s = report.summary, count = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
    line.textContent = `${count(s.hops, "hop")}: ${s.ok} ok, ${s.broken} broken, ${s.unknown} unknown. ${count(s.errors, "error")}, ${count(s.warnings, "warning")}, ${count(s.infos, "info")}.`;
    line.className = "summary " + (s.broken + s.errors ? "bad" : s.unknown ? "" : "good");
  } else {
    line.textContent = summary || "";
    line.className = "summary";
  }
  const findings = report ? report.findings : [];
  const of = info => findings.filter(f => (f.severity === "info") === info);
  byId("findings").replaceChildren(...of(false).map(showFinding));
  byId("infos").replaceChildren(...of(true).map(showFinding));
  byId("info-part").hidden = of(true).length === 0;
  byId("info-part").firstElementChild.textContent = `Infos: ${of(true).length}`;
  byId("mend").disabled = !findings.some(f => f.severity !== "info");
  showPicture(page);
  byId("print").hidden = !printed;
  byId("printed").textContent = printed || "";
  if (open) { byId("print").open = true; }
}

function showFinding(f) {
  const place = f.line ? `${f.file}:${f.line}` : f.file;
  return element("li", {class: f.severity},
    element("p", {}, element("span", {class: "severity"}, f.severity), ": ", f.message),
    f.advice ? element("p", {class: "help"}, f.advice) : null,
    element("p", {class: "bar"},
      element("button", {type: "button", onclick: () => goTo(f)}, place),
      element("button", {type: "button", "data-mend": f.rule, "aria-label": `Mend what ${f.rule} finds`, onclick: () => mend(f.rule)}, "Mend"),
      element("a", {href: `../rules/${f.rule}/`}, f.rule),
      f.aws ? element("a", {href: f.aws, rel: "noreferrer"}, "What AWS says") : null));
}

// goTo selects the line of a finding.
function goTo(f) {
  const i = files.findIndex(x => x.name === f.file || "./" + x.name === f.file);
  if (i < 0 || !f.line) { return; }
  choose(i);
  const lines = editor.value.split("\n"), start = lines.slice(0, f.line - 1).join("\n").length + (f.line > 1 ? 1 : 0);
  editor.focus();
  editor.setSelectionRange(start, start + (lines[f.line - 1] || "").length);
  editor.scrollTop = Math.max(0, (f.line - 6) * parseFloat(getComputedStyle(editor).lineHeight));
}

async function mend(rule) {
  const r = await command("check", rule ? "--fix=" + rule : "--fix", ...paths(false));
  const changed = files.map(f => ({name: f.name, text: r.files[f.name] ?? f.text}));
  const some = changed.some((f, i) => f.text !== files[i].text);
  if (some) {
    past.push(files);
    files = changed;
    byId("undo").disabled = false;
    showFiles();
    await update();
  }
  byId("errors").prepend(...messages(r.stderr));
  say(some ? "Mended; the text is changed." : "Nothing could be mended; the reason is above the findings.");
}

// showPicture shows the picture of the report that the command writes, in a tree of its own with the report's styles.
function showPicture(page) {
  const box = byId("picture");
  // The page's policy forbids the report's styles where they stand, even in a document that is only parsed.
  const styles = [];
  const bare = (page || "").replace(/<style>([^]*?)<\/style>/g, (_, text) => { styles.push(text); return ""; }).replace(/ style="[^"]*"/g, "");
  const report = page && new DOMParser().parseFromString(bare, "text/html");
  const svg = report && report.querySelector("svg");
  box.hidden = !svg || !svg.querySelector(".edge, .node");
  if (box.hidden) { return; }
  const shadow = box.shadowRoot || box.attachShadow({mode: "open"});
  const style = new CSSStyleSheet();
  style.replaceSync(styles.join("\n").replaceAll(":root", ":host") +
    "\n:host { background: var(--card); color: var(--ink); } .scroll { overflow: auto; } .hop-panel { padding: 10px 14px; } svg.inner { min-width: 0; }");
  shadow.adoptedStyleSheets = [style];
  for (const e of svg.querySelectorAll("svg")) { e.setAttribute("class", "inner"); }
  const panel = document.createElement("div");
  panel.className = "hop-panel";
  panel.setAttribute("aria-live", "polite");
  svg.setAttribute("role", "group"); // it holds what can be chosen
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.append(document.adoptNode(svg));
  shadow.replaceChildren(scroll, panel);
  const pick = n => {
    const hop = report.querySelector(`#hop-${n} section`);
    if (!hop) { return; }
    panel.replaceChildren(document.importNode(hop, true));
    for (const e of shadow.querySelectorAll(".edge")) { e.classList.toggle("chosen", e.dataset.hop === n); }
  };
  for (const e of shadow.querySelectorAll(".edge")) {
    e.addEventListener("click", () => pick(e.dataset.hop));
    e.addEventListener("keydown", k => {
      if (k.key === "Enter" || k.key === " ") { k.preventDefault(); pick(e.dataset.hop); }
    });
  }
  const first = shadow.querySelector(".edge.broken") || shadow.querySelector(".edge.unknown");
  if (first) {
    pick(first.dataset.hop);
    const at = first.getBoundingClientRect(), of = scroll.getBoundingClientRect();
    scroll.scrollLeft = at.left + at.width / 2 - of.left - of.width / 2;
  }
}

async function openFiles(list) {
  const read = await Promise.all(list.map(async f => ({name: clean(f.webkitRelativePath || f.name), text: await f.text()})));
  byId("example").value = "";
  byId("about").textContent = "";
  if (read.length > 0) { replaceFiles(read); }
}

editor.addEventListener("input", () => {
  const f = files[current];
  // A text that replaces nothing, such as a paste into the empty editor, names its file.
  if (!f.text.trim() && editor.value.trim()) { f.name = ""; f.name = unused(nameOf(editor.value)); }
  f.text = editor.value;
  byId("example").value = "";
  const at = editor.selectionStart;
  showFiles();
  editor.setSelectionRange(at, at);
  update();
});
byId("name").addEventListener("change", () => {
  files[current].name = "";
  files[current].name = unused(clean(byId("name").value));
  showFiles();
  update();
});
byId("add").addEventListener("click", () => {
  files.push({name: unused("file.yaml"), text: ""});
  choose(files.length - 1);
  editor.focus();
});
byId("remove").addEventListener("click", () => {
  files.splice(current, 1);
  choose(Math.max(0, current - 1));
  update();
});
byId("files").addEventListener("change", e => openFiles([...e.target.files]));
byId("mend").addEventListener("click", () => mend(""));
byId("undo").addEventListener("click", () => {
  files = past.pop();
  current = Math.min(current, files.length - 1);
  byId("undo").disabled = past.length === 0;
  showFiles();
  update();
});
for (const id of ["account", "region"]) { byId(id).addEventListener("input", update); }

const drop = byId("drop");
drop.addEventListener("dragover", e => { e.preventDefault(); drop.classList.add("dropping"); });
drop.addEventListener("dragleave", () => drop.classList.remove("dropping"));
drop.addEventListener("drop", e => {
  e.preventDefault();
  drop.classList.remove("dropping");
  const dropped = [...e.dataTransfer.files];
  if (dropped.length > 0) { openFiles(dropped); return; }
  const text = e.dataTransfer.getData("text");
  if (text) { replaceFiles([{name: nameOf(text), text}]); }
});

byId("link").addEventListener("click", async () => {
  history.replaceState(null, "", "#input=" + await toFragment({files, account: byId("account").value, region: byId("region").value}));
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied. It holds the files after the #, which browsers send nowhere.");
  } catch {
    say("The link is in the address bar. It holds the files after the #, which browsers send nowhere.");
  }
});

function openExample(id) {
  const e = examples.find(x => x.id === id);
  if (!e) { return false; }
  byId("example").value = id;
  byId("about").textContent = e.about;
  replaceFiles(Object.entries(e.files).map(([name, text]) => ({name, text})));
  return true;
}
byId("example").addEventListener("change", e => {
  history.replaceState(null, "", e.target.value ? "#example=" + e.target.value : location.pathname);
  if (e.target.value) { openExample(e.target.value); } else { byId("about").textContent = ""; replaceFiles([{name: "template.yaml", text: ""}]); }
});

// open shows what the page's address asks for, or the first example.
async function open() {
  const [, kind, value] = location.hash.match(/^#(input|example)=(.+)$/) || [];
  if (kind === "input") {
    try {
      const given = await fromFragment(value);
      byId("account").value = given.account || "";
      byId("region").value = given.region || "";
      replaceFiles(given.files.map(f => ({name: clean(String(f.name)), text: String(f.text)})));
      return;
    } catch {
      byId("errors").replaceChildren(element("p", {class: "problem"}, "The link is cut or changed."));
    }
  }
  openExample(kind === "example" ? value : examples[0].id);
}

(async () => {
  showFiles();
  examples = await (await fetch("examples.json")).json();
  const group = (label, list) => element("optgroup", {label}, ...list.map(e => element("option", {value: e.id}, e.title)));
  byId("example").append(group("Stories", examples.filter(e => !e.rule)), group("One for each rule", examples.filter(e => e.rule)));
  window.addEventListener("hashchange", open);
  await open();
})();
