/**
 * Registers the service worker and tells when a new version of the app waits.
 */

const HOUR = 3_600_000;

/**
 * Registers `/sw.js`, looks for a new version at most hourly when the page comes into view, and calls `onWaiting` when
 * one waits. The answer applies it: the page then reloads once.
 * @param {() => void} onWaiting
 * @returns {() => void} apply
 */
export function watchUpdates(onWaiting) {
  /** @type {ServiceWorker | null} */
  let waiting = null;
  const container = globalThis.navigator?.serviceWorker;
  if (!container) return () => location.reload();

  let asked = false;
  // When the first worker takes the page over, nothing is new.
  let controlled = Boolean(container.controller);
  container.addEventListener("controllerchange", () => {
    if (asked) {
      asked = false;
      location.reload();
    } else if (controlled) {
      // Another tab has taken the new version.
      onWaiting();
    }
    controlled = true;
  });

  register(container).then(
    (registration) => {
      /** @param {ServiceWorker | null} worker */
      const offer = (worker) => {
        if (!worker || !container.controller || worker === waiting) return;
        waiting = worker;
        onWaiting();
      };
      const follow = () => {
        const worker = registration.installing;
        worker?.addEventListener("statechange", () => {
          if (worker.state === "installed") offer(worker);
        });
      };
      offer(registration.waiting);
      // The look that the browser takes on its own at each visit may have begun before we listen.
      follow();
      registration.addEventListener("updatefound", follow);
      lookHourly(registration);
    },
    // Without one the app works all the same, as long as there is a network.
    (error) => console.info("The app cannot be kept for offline use:", String(error)),
  );

  return () => {
    asked = true;
    if (waiting && waiting.state === "installed") waiting.postMessage("skip");
    else location.reload();
  };
}

/** Ask whether there is a new version now: the server has said that this one is too old for it. */
export function lookForUpdate() {
  const registered = globalThis.navigator?.serviceWorker?.getRegistration();
  registered?.then((registration) => registration?.update()).catch(() => undefined);
}

/**
 * @param {ServiceWorkerContainer} container
 * @returns {Promise<ServiceWorkerRegistration>}
 */
function register(container) {
  const url = "/sw.js";
  const types = /** @type {any} */ (globalThis).trustedTypes;
  // The policy lets exactly this address through.
  const policy = types?.createPolicy("kt-sw", {
    createScriptURL: (/** @type {string} */ text) => {
      if (text !== url) throw new TypeError("not the service worker");
      return text;
    },
  });
  return container.register(policy ? policy.createScriptURL(url) : url, { updateViaCache: "none" });
}

/** @param {ServiceWorkerRegistration} registration */
function lookHourly(registration) {
  let last = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - last < HOUR) return;
    last = Date.now();
    registration.update().catch(() => undefined);
  });
}
