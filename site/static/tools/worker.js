// What runs beside a page: programs of Go, so that typing never waits for them. The page sends {id, form} or {id, args, files, stdin}.
"use strict";

self.process = {getuid: () => -1, getgid: () => -1, geteuid: () => -1, getegid: () => -1, getgroups: () => [], pid: 1, ppid: 0, umask: () => 0,
  cwd: () => "/work", chdir() {}};

// module fetches and compiles a program. Its file is compressed, unless the host has decompressed it already.
const modules = {};
function module(name) {
  modules[name] ??= load(name).catch(e => { delete modules[name]; throw e; });
  return modules[name];
}

async function load(name) {
  const response = await fetch(new URL(name + ".wasm.gz", self.tools));
  if (!response.ok) {
    throw new Error(`${name}: the server answered ${response.status}`);
  }
  const bytes = await response.arrayBuffer();
  const head = new Uint8Array(bytes, 0, 2);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    return WebAssembly.compile(bytes);
  }
  const body = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compileStreaming(new Response(body, {headers: {"Content-Type": "application/wasm"}}));
}

// started holds the programs that answer forms: each runs until the page is closed.
const started = {};
function start(name) {
  started[name] ??= (async () => {
    const compiled = await module(name);
    self.fs = nodeFS(new MemoryFiles({}, ""));
    const go = new Go();
    const instance = await WebAssembly.instantiate(compiled, go.importObject);
    await new Promise(resolve => {
      self.ready = resolve;
      go.run(instance);
    });
    return self.generate;
  })().catch(e => { delete started[name]; throw e; });
  return started[name];
}

async function answer(form) {
  let generate = await start("generator"); // which alone knows the services
  if (form.format !== "json") { generate = await start("languages"); }
  return {answer: JSON.parse(generate(JSON.stringify(form))), services: self.services};
}

// run runs the command once, with files that are its own.
async function run({args, files, stdin}) {
  const compiled = await module("hopgrant");
  const memory = new MemoryFiles(files, stdin || "");
  self.fs = nodeFS(memory);
  const go = new Go();
  go.argv = ["hopgrant", ...args];
  go.env = {TERM: "dumb", HOME: "/", TMPDIR: "/tmp"};
  let status = 0;
  go.exit = code => { status = code; };
  await go.run(await WebAssembly.instantiate(compiled, go.importObject));
  return {status, stdout: memory.text(1), stderr: memory.text(2), files: memory.files()};
}

// One after the other, because programs share self.fs.
let last = Promise.resolve();
self.onmessage = ({data}) => {
  last = last.then(async () => {
    try {
      self.postMessage({id: data.id, ...await (data.form ? answer(data.form) : run(data))});
    } catch (e) {
      self.postMessage({id: data.id, error: String(e.message || e)});
    }
  });
};
