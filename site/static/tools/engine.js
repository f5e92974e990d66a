// The worker, and what both pages need of the browser.
"use strict";

const toolsURL = new URL(".", document.currentScript.src);

// The worker is made from a blob, because only then does the page's Content-Security-Policy hold in it too.
const worker = new Worker(URL.createObjectURL(new Blob([
  `self.tools = ${JSON.stringify(toolsURL.href)};\n`,
  `importScripts(${["wasm_exec.js", "files.js", "worker.js"].map(f => JSON.stringify(new URL(f, toolsURL).href)).join(", ")});\n`,
], {type: "text/javascript"})));

const waiting = new Map();
let sent = 0;
worker.onmessage = ({data}) => {
  const {resolve, reject} = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error) { reject(new Error(data.error)); } else { resolve(data); }
};
worker.onerror = e => {
  for (const {reject} of waiting.values()) { reject(new Error(e.message || "the worker cannot be started")); }
  waiting.clear();
};

// ask sends a message to the worker and returns its answer.
function ask(message) {
  return new Promise((resolve, reject) => {
    waiting.set(++sent, {resolve, reject});
    worker.postMessage({id: sent, ...message});
  });
}

// latest returns a function that runs work for the newest state only: while one run goes on, all but the last wish are dropped.
function latest(work) {
  let running = false, again = false;
  return async function wish() {
    if (running) { again = true; return; }
    running = true;
    do {
      again = false;
      await work();
    } while (again);
    running = false;
  };
}

// element makes an element: attributes, then children, which are elements or text.
function element(name, attributes, ...children) {
  const e = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) { e.addEventListener(key.slice(2), value); } else if (value === true) { e.setAttribute(key, ""); } else if (value !== false && value != null) { e.setAttribute(key, value); }
  }
  e.append(...children.filter(c => c != null));
  return e;
}

// copyButton returns a button that copies what text returns.
function copyButton(text, label = "Copy", what = "") {
  const button = element("button", {type: "button", class: "copy", "aria-label": what ? `${label} ${what}` : null}, label);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      say("Copied.");
      button.textContent = "Copied";
    } catch {
      say("The browser does not allow copying.");
      button.textContent = "Not allowed";
    }
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

// say tells screen readers what happened.
function say(text) { document.getElementById("status").textContent = text; }

// toFragment and fromFragment write and read the page's input as part of an address that browsers never send.
async function toFragment(input) {
  const packed = new Blob([JSON.stringify(input)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let text = "";
  for (const b of bytes) { text += String.fromCharCode(b); }
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function fromFragment(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));
  return JSON.parse(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text());
}

// offline lets the site work without the network from now on. It is called when everything that the page needs is there.
function offline() {
  navigator.serviceWorker?.register(new URL("../sw.js", toolsURL)).catch(() => {});
}
