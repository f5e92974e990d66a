// Keeps what was loaded, so that the site works without the network.
"use strict";

const VERSION = "hopgrant-" + /*VERSION*/;
// What a page needs that was never looked at: the two tools, but not what they load later.
const first = ["generate/", "play/", "play/examples.json", "tools/tool.css", "tools/engine.js", "tools/files.js", "tools/worker.js", "tools/wasm_exec.js",
  "tools/generate.js", "tools/play.js", "tools/generator.wasm.gz"];

self.addEventListener("install", e => e.waitUntil(caches.open(VERSION).then(c => c.addAll(first))));

self.addEventListener("activate", e => e.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("hopgrant-") && name !== VERSION) { await caches.delete(name); }
  }
  await self.clients.claim();
})()));

self.addEventListener("fetch", e => {
  if (e.request.method !== "GET" || new URL(e.request.url).origin !== self.location.origin) { return; }
  e.respondWith((async () => {
    const cache = await caches.open(VERSION);
    const kept = await cache.match(e.request, {ignoreSearch: true});
    if (kept) { return kept; }
    const response = await fetch(e.request);
    if (response.ok) { await cache.put(e.request, response.clone()); }
    return response;
  })());
});
