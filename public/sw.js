// Keeps every file of one release, so that the page works without a network from the second visit on.
// `cargo xtask build` fills in the three constants (xtask/src/offline.rs).
//
// A release is answered from one cache and nothing else: the page never meets a worker, words or a style
// sheet of another release. A newer one is fetched beside it, checked file by file against its hashes, and
// waits until the visitor wants it or every tab is closed.
"use strict";
const RELEASE = "dev";
const BUILD = "dev";
const FILES = [];

// Pages under several paths of one host share its caches.
const SCOPE = new URL("./", self.location);
const PREFIX = `collapse-lab ${SCOPE.pathname} `;
const NAME = `${PREFIX}${BUILD} ${RELEASE}`;

self.addEventListener("install", event => event.waitUntil(fetchAll().then(tell)));
self.addEventListener("activate", event => event.waitUntil(self.clients.claim().then(tell)));

// Either all files are kept or this release does not start; what arrived stays for the next attempt.
async function fetchAll() {
  const cache = await caches.open(NAME);
  for (const [path, hash] of FILES) {
    const address = new URL(path, SCOPE).href;
    if (await cache.match(address)) continue;
    // Folders named after a build never change; anything else is asked for again. One at a time, so that
    // the visitor's own requests come first.
    const wanted = { integrity: `sha256-${hash}`, cache: path.startsWith(BUILD) ? "default" : "no-cache", priority: "low" };
    const response = await fetch(address, wanted);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    await cache.put(address, response);
  }
}

// Every page learns that this release is here; those of another one offer it (offline.js).
async function tell() {
  for (const page of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    page.postMessage(RELEASE);
  }
}

self.addEventListener("message", event => {
  if (event.data === "take over") self.skipWaiting();
  else event.source.postMessage(RELEASE);
});

self.addEventListener("fetch", event => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) return;
  event.respondWith(answer(event, url));
  if (event.request.mode === "navigate") event.waitUntil(forget());
});

async function answer(event, url) {
  const path = url.pathname.slice(SCOPE.pathname.length).replace(/(^|\/)index\.html$/, "$1");
  const cache = await cacheOf(event, url, path);
  // The query is the page's, or a mark of the build; it never names another file.
  const kept = cache && await cache.match(new URL(path, SCOPE).href, { ignoreVary: true });
  return kept || fetch(event.request);
}

// A tab may still show the release before: what it asks for comes from that one's cache, or from the network
// where the browser has thrown that away.
async function cacheOf(event, url, path) {
  const build = event.request.mode === "navigate" ? BUILD : buildIn(path, url.search) || await buildOf(event.clientId);
  if (build === BUILD) return caches.open(NAME);
  const other = (await caches.keys()).find(name => name.startsWith(`${PREFIX}${build} `));
  return other ? caches.open(other) : null;
}

// Programs lie in a folder named after the build; other files carry it in the query.
function buildIn(path, search) {
  const marked = /^([0-9a-f]{16})\//.exec(path) || /^\?([0-9a-f]{16})$/.exec(search);
  return marked && marked[1];
}

// A worker's data files carry no mark, but its own script does.
async function buildOf(clientId) {
  const client = clientId && await self.clients.get(clientId);
  return client && buildIn(new URL(client.url).pathname.slice(SCOPE.pathname.length), "") || BUILD;
}

// Other releases go once no other tab can need them.
async function forget() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length > 1 || self.registration.waiting || self.registration.installing) return;
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  }
}
