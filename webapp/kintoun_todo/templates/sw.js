// The service worker: keeps the page and its files, so that the app opens without a network. It never sees a task.
const VERSION = {{ version|tojson }};
const CACHE = `kintoun-todo-${VERSION}`;
const PRECACHED = {{ precached|tojson }};
const ROUTES = new RegExp({{ routes|tojson }});

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      // "reload" goes round the browser's own cache; "omit" sends no cookie, so nothing here can be anybody's.
      await cache.addAll(PRECACHED.map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("kintoun-todo-") && name !== CACHE) await caches.delete(name);
      }
      // So that a first visit is kept too.
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "skip") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (ROUTES.test(url.pathname)) event.respondWith(fromCache("/", request));
  } else if (PRECACHED.includes(url.pathname) && url.pathname !== "/") {
    event.respondWith(fromCache(url.pathname, request));
  }
});

async function fromCache(key, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? fetch(request);
}
