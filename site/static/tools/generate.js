// The generator's page: the form as a question to the worker, and its answer as elements.
"use strict";

const byId = id => document.getElementById(id);
const form = byId("form");
const regions = ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
  "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "sa-east-1", "us-gov-west-1", "cn-north-1"];
byId("regions").append(...regions.map(value => element("option", {value})));

// Elements with data-roles are for these roles only.
function fits(e) { return !e.dataset.roles || e.dataset.roles.split(" ").includes(byId("role").value); }

function showFields() {
  for (const e of form.querySelectorAll("[data-roles]")) { e.hidden = !fits(e); }
  byId("key-field").hidden = encryption() !== "key";
}

function encryption() { return form.elements.encryption.value; }

// shown reports whether neither the element nor what it is in is hidden.
function shown(e) { return !e.closest("[hidden]"); }

function question() {
  const fields = {};
  for (const e of form.querySelectorAll(".field")) {
    const name = e.dataset.name, input = e.querySelector("input, textarea, select");
    if (name === "role" || name === "account" || name === "region" || !shown(e)) { continue; }
    const lines = input.value.split("\n").map(s => s.trim()).filter(s => s);
    if (lines.length > 0) { fields[name] = lines; }
  }
  for (const e of form.querySelectorAll("[data-flag]")) {
    if (e.checked && shown(e)) { fields[e.dataset.flag] = ["true"]; }
  }
  if (encryption() === "managed" && shown(form.elements.encryption[0])) {
    fields.key = [byId("role").value === "publisher" ? "alias/aws/sns" : "alias/aws/sqs"];
  }
  return {role: byId("role").value, account: byId("account").value, region: byId("region").value, format: byId("format").value, fields,
    merge: byId("format").value === "json" ? byId("merge").value.trim() : "", into: Number(byId("into").value || 0)};
}

// words quotes a command for a POSIX shell.
function words(list) {
  return list.map(w => /^[\w\-./:@+=,]+$/.test(w) ? w : "'" + w.replaceAll("'", `'\\''`) + "'").join(" ");
}

function showProblems(problems) {
  for (const e of document.querySelectorAll("[aria-invalid]")) {
    e.removeAttribute("aria-invalid");
    e.removeAttribute("aria-describedby");
  }
  for (const e of document.querySelectorAll(".field > .problem, fieldset > .problem")) { e.remove(); }
  const rest = [];
  problems.forEach(({field, text}, i) => {
    const at = [...document.querySelectorAll(`.field[data-name="${field}"]`)].find(shown);
    const input = at?.querySelector("input, textarea, select");
    const message = element("p", {class: "problem", id: "problem-" + i}, text);
    if (field === "key" && !input) {
      form.querySelector("fieldset").append(message);
    } else if (input) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", "problem-" + i);
      at.append(message);
      if (at.closest("details")) { at.closest("details").open = true; }
    } else {
      rest.push(message);
    }
  });
  byId("problems").replaceChildren(...rest);
}

function showStatement(s) {
  const item = element("li", {}, element("strong", {}, s.sid || "statement"));
  if (s.doc) { item.append(": ", s.why + " ", element("a", {href: s.doc, rel: "noreferrer"}, "What AWS says")); }
  if (s.calls) {
    item.append(element("ul", {}, ...s.calls.map(c => element("li", {}, element("code", {}, c.action), ` on ${c.resource}, to ${c.hop}. `,
      element("a", {href: c.doc, rel: "noreferrer"}, "What AWS says"), c.unsure ? ` (${c.unsure})` : null))));
  }
  return item;
}

function showPolicies(a, format) {
  const parts = [];
  // CDK in Go is one program for all documents.
  const one = a.files.length !== a.documents.length;
  a.files.forEach((text, i) => {
    const documents = one ? a.documents : [a.documents[i]];
    const heading = documents.map(d => d.heading).join("; ");
    parts.push(element("article", {}, element("div", {class: "bar"}, element("h3", {}, heading), copyButton(() => text, "Copy", heading)),
      element("pre", {tabindex: "0", "aria-label": heading}, element("code", {}, text)),
      element("details", {}, element("summary", {}, "Why each statement"),
        ...documents.map(d => element("ul", {class: "why"}, ...d.statements.map(showStatement))))));
  });
  byId("policies").replaceChildren(...parts);
  byId("merge-part").hidden = format !== "json";
  const into = byId("into"), was = into.value;
  into.replaceChildren(...a.documents.map((d, i) => element("option", {value: i}, d.heading)));
  into.value = was && was < a.documents.length ? was : "0";
}

function showMerged(a) {
  const parts = (a.doubts || []).map(d => element("p", {class: "problem"}, "It is not known whether it suffices: " + d));
  if (a.merged) {
    parts.push(element("div", {class: "bar"}, element("h3", {}, "The whole policy"), copyButton(() => a.merged, "Copy", "the whole policy")),
      element("pre", {tabindex: "0", "aria-label": "The whole policy"}, element("code", {}, a.merged)));
  }
  byId("merged").replaceChildren(...parts);
}

let loaded = false;
const update = latest(async () => {
  showFields();
  const q = question();
  let r;
  try {
    r = await ask({form: q});
  } catch (e) {
    byId("waiting").hidden = true;
    byId("problems").replaceChildren(element("p", {class: "problem"}, "The generator cannot be loaded: " + e.message));
    return;
  }
  byId("waiting").hidden = true;
  const a = r.answer;
  showProblems(a.problems || []);
  const merging = (a.problems || []).some(p => p.field === "merge");
  if (a.documents) { showPolicies(a, q.format); } else { byId("policies").replaceChildren(); byId("merge-part").hidden = true; }
  if (!merging) { showMerged(a); } else { byId("merged").replaceChildren(); }
  const command = a.command ? words(a.command) : "";
  byId("command").replaceChildren(element("pre", {tabindex: "0", "aria-label": "The command"}, element("code", {}, command)), copyButton(() => command, "Copy", "the command"));
  document.body.dataset.answered = JSON.stringify(q); // for tests: what the page shows is the answer to this
  if (!loaded) {
    loaded = true;
    performance.mark("first answer");
    byId("services").append(...r.services.map(s => element("option", {value: s.principal}, s.name)));
    offline();
  }
});

// fill restores a form from the page's address.
function fill(values) {
  for (const e of document.querySelectorAll("#form input, #form select, #form textarea, #format")) {
    if (e.type === "radio") { e.checked = e.value === values.encryption; } else if (e.type === "checkbox") { e.checked = values[e.dataset.flag] === true; } else if (e.id in values) { e.value = values[e.id]; }
  }
}

byId("link").addEventListener("click", async () => {
  const values = {encryption: encryption()};
  for (const e of document.querySelectorAll("#form input, #form select, #form textarea, #format")) {
    if (e.type === "checkbox") { values[e.dataset.flag] = e.checked; } else if (e.type !== "radio") { values[e.id] = e.value; }
  }
  history.replaceState(null, "", "#form=" + await toFragment(values));
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied. It holds the form after the #, which browsers send nowhere.");
  } catch {
    say("The link is in the address bar. It holds the form after the #, which browsers send nowhere.");
  }
});

async function begin() {
  const given = location.hash.match(/^#form=(.+)$/);
  if (given) {
    try { fill(await fromFragment(given[1])); } catch { byId("problems").replaceChildren(element("p", {class: "problem"}, "The link is cut or changed; the form is as it was.")); }
  }
  for (const e of document.querySelectorAll("textarea")) { fit(e); }
  update();
}

// fit gives a text area a row for each of its lines.
function fit(e) { e.rows = Math.max(e.id === "merge" ? 6 : 1, Math.min(12, e.value.split("\n").length)); }

document.addEventListener("input", e => {
  if (e.target.tagName === "TEXTAREA") { fit(e.target); }
  update();
});
form.addEventListener("submit", e => e.preventDefault());
window.addEventListener("hashchange", begin);
begin();
