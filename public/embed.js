// Collapse Lab in other pages; types and words in embed.d.ts. Opens a frame and talks through a MessagePort.

const HERE = new URL(".", import.meta.url).href;
const EVENTS = "ready step change collapse recover finding goal resize error visit playing".split(" ");
const CALLS = "play pause step reset rewind fork set setState getState getMetrics getReceipt screenshot exportCode setSpeed";
const OPTIONS = "src preset experiment seed hide lock limit charts goal loading height theme lang title".split(" ");
const WORDS = {
  en: ["Run it here", "Starting…", "This demo could not start."],
  fr: ["Lancer ici", "Démarrage…", "Cette démo n’a pas pu démarrer."],
  zh: ["在此运行", "正在启动…", "此演示无法启动。"],
};

export class LabError extends Error {
  constructor(name, field, message) {
    super(message);
    this.name = name;
    this.field = field;
  }
}
const typed = e => new LabError(e?.name || "failed", e?.field || "", e?.message || "");

const make = name => document.createElement(name);
const list = value => (Array.isArray(value) ? value : `${value ?? ""}`.split(/[\s,;]+/)).filter(Boolean);

export function urlFor({ src, preset, experiment, seed, hide, lock, limit, charts, goal, theme, lang, start } = {}) {
  const url = new URL(src || HERE, document.baseURI);
  if (!/^https?:/.test(url.protocol)) throw new LabError("invalid", "src", "no web address");
  if (preset && experiment) throw new LabError("invalid", "preset", "give a preset or an experiment, not both");
  const put = (name, value) => value && url.searchParams.set(name, value);
  put("embed", 1);
  put("theme", theme !== "auto" && theme);
  put("lang", lang);
  put("start", start);
  put("charts", list(charts).join());
  put("goal", goal);
  list(hide).forEach(name => put(name, "hide"));
  list(lock).forEach(name => put(name, "lock"));
  const limits = limit && typeof limit === "object"
    ? Object.entries(limit).map(([name, range]) => [name, range.join(typeof range[0] === "number" ? ".." : ",")])
    : `${limit ?? ""}`.split(/[\s;]+/).map(part => part.split(/:(.*)/));
  limits.forEach(([name, range]) => put(name, range && "limit:" + range));
  const given = experiment && typeof experiment === "object" ? new URLSearchParams(experiment) : experiment || url.hash;
  const parts = [preset ? "scenario=" + encodeURIComponent(preset) : `${given}`.replace(/^.*#/, "")];
  if (`${seed ?? ""}`) ["data", "weights", "order"].forEach(part => parts.push(`seed_${part}=${+seed}`));
  url.hash = parts.filter(Boolean).join("&");
  return url.href;
}

class Lab {
  #port;
  #asked = new Map();
  #heard = {};
  #count = 0;
  #undo;

  constructor(frame, undo) {
    this.frame = frame;
    this.#undo = undo;
  }

  // The page in the frame is new.
  _use(port) {
    this.#close("the page in the frame is new");
    this.#port = port;
    port.onmessage = ({ data: { event, id, error, value } }) => {
      if (event) return this._emit(event);
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (error) asked?.[1](typed(error));
      else asked?.[0](value);
    };
  }

  _emit(event) {
    this.#heard[event.type]?.forEach(listener => {
      try { listener(event); } catch (error) { reportError(error); }
    });
  }

  _call(call, args) {
    return new Promise((resolve, reject) => {
      if (!this.#port) return reject(new LabError("closed", call, "destroyed"));
      try {
        this.#port.postMessage({ id: ++this.#count, call, args });
        this.#asked.set(this.#count, [resolve, reject]);
      } catch (error) {
        reject(new LabError("invalid", call, error.message));
      }
    });
  }

  on(event, listener) {
    if (!EVENTS.includes(event)) throw new LabError("invalid", "event", `'${event}' is unknown; use ${EVENTS}`);
    const heard = (this.#heard[event] ||= new Set());
    heard.add(listener);
    return () => void heard.delete(listener);
  }

  destroy() {
    this.#close("destroyed");
    this.#undo();
  }

  #close(why) {
    this.#port?.close();
    this.#port = null;
    this.#asked.forEach(([, reject]) => reject(new LabError("closed", "", why)));
    this.#asked.clear();
  }
}
for (const name of CALLS.split(" ")) Lab.prototype[name] = function (...args) { return this._call(name, args); };

export const connect = (frame, { timeout } = {}) => open(frame, timeout, () => {});

function open(frame, timeout = 30000, undo) {
  return new Promise((resolve, reject) => {
    const opaque = frame.sandbox.length && !frame.sandbox.contains("allow-same-origin");
    const { origin } = new URL(frame.src, document.baseURI);
    const lab = new Lab(frame, () => { stop(); undo(); });
    const fail = error => { stop(); reject(error); };
    const hear = ({ source, origin: from, data }) => {
      // The frame may have been led elsewhere.
      if (!source || source !== frame.contentWindow || from !== (opaque ? "null" : origin) || data?.collapseLab !== 1) return;
      if (data.type === "error") fail(typed(data.error));
      if (data.type !== "hello") return;
      clearTimeout(late);
      const { port1, port2 } = new MessageChannel();
      lab._use(port1);
      source.postMessage({ collapseLab: 1, type: "connect" }, opaque ? "*" : origin, [port2]);
      resolve(lab);
    };
    const late = setTimeout(() => fail(new LabError("timeout", "src", `no Collapse Lab answered from ${origin}`)), timeout);
    const stop = () => { clearTimeout(late); removeEventListener("message", hear); };
    addEventListener("message", hear);
    // One that is open already answers this.
    frame.contentWindow?.postMessage({ collapseLab: 1, type: "ping" }, "*");
  });
}

export function embed(element, options) {
  if (element instanceof CollapseLab) {
    Object.assign(element.options, options);
    return element.lab;
  }
  const own = make("collapse-lab");
  const { lab } = own;
  own.options = { loading: "eager", ...options };
  element.append(own);
  return lab;
}

// One trains at a time, and none that nobody sees.
const all = new Set();
const turn = () => {
  const elements = [...all];
  if (!elements.some(one => one._on)) elements.find(one => one._wants && one._seen)?._train();
};
const watch = globalThis.IntersectionObserver && new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) {
    target._seen = isIntersecting;
    if (!isIntersecting && target._on) target._hold();
  }
  turn();
});

// Height of a live lab before it comes, so that nothing moves.
const room = width => (width > 560 ? 1184 : 1434);

const STYLE = `:host{display:block;position:relative;max-width:720px;margin:1em auto}
iframe{display:block;width:100%;border:0;color-scheme:normal}
.wait{position:absolute;top:0;opacity:0;pointer-events:none}
div{position:relative}
button{position:absolute;left:50%;top:min(45%,11em);transform:translate(-50%,-50%);padding:.6em 1.2em;border:0;border-radius:2em;background:#12508e;color:#fff;font:600 16px system-ui,sans-serif;cursor:pointer}
button:focus-visible{outline:3px solid #ffa90e}
p{margin:0;font:14px system-ui,sans-serif}
@media screen{.gone{display:none}}
@media print{iframe,button,p{display:none}}`;
let sheet;

class CollapseLab extends (globalThis.HTMLElement || Object) {
  options = {};
  #lab;
  #frame;

  constructor() {
    super();
    this.#promise();
  }

  #promise() {
    this.lab = new Promise((...settle) => (this.#settle = settle));
    this.lab.catch(() => {});
  }
  #settle;

  #option(name) {
    return this.options[name] ?? this.getAttribute(name) ?? undefined;
  }

  get #all() {
    return Object.fromEntries(OPTIONS.map(name => [name, this.#option(name)]));
  }

  get #words() {
    return WORDS[(this.#option("lang") || document.documentElement.lang || navigator.language).slice(0, 2)] || WORDS.en;
  }

  connectedCallback() {
    if (document.readyState === "loading") return addEventListener("DOMContentLoaded", () => this.isConnected && this.#show());
    this.#show();
  }

  disconnectedCallback() {
    this.#lab?.destroy();
    all.delete(this);
    watch.unobserve(this);
  }

  #show() {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open" });
      if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      this._poster = root.appendChild(make("div"));
      this._poster.append(make("slot"), (this._button = make("button")), (this._said = make("p")));
      this._said.role = "status";
      this._poster.onclick = event => {
        if (event.ctrlKey || event.metaKey || !event.composedPath().some(e => e === this._button || e.localName === "img")) return;
        event.preventDefault();
        this._train();
      };
    }
    if (!this.children.length) this.append(this.#fallback());
    this.#wait("");
    this.querySelectorAll("img").forEach(i => (i.style.height = "auto"));
    const loading = this.#option("loading");
    this._wants = loading === "lazy";
    if (/lazy|eager/.test(loading)) this.#reserve();
    all.add(this);
    watch.observe(this);
    if (loading === "eager") this.#start();
  }

  #wait(said) {
    this.#frame?.remove();
    this.#frame = this.#lab = null;
    this._on = this._wants = false;
    this._poster.className = "";
    this._button.textContent = "▶ " + this.#words[0];
    this._said.textContent = said;
    this.style.minHeight = "";
  }

  #fallback() {
    const { src, preset, seed, theme, title } = this.#all;
    const link = make("a");
    const name = title || "Collapse Lab";
    link.textContent = name;
    link.style.cssText = "display:block;min-height:6em";
    try {
      const url = new URL(urlFor(this.#all));
      url.searchParams.delete("embed");
      link.href = url;
    } catch { /* Said when it is started. */ }
    if (preset && !seed) {
      const picture = make("picture");
      const file = end => new URL(`posters/${encodeURIComponent(preset)}${end}.svg`, new URL(src || HERE, document.baseURI)).href;
      const dark = make("source");
      dark.media = theme === "dark" ? "all" : theme === "light" ? "not all" : "(prefers-color-scheme:dark)";
      dark.srcset = file("-dark");
      const image = new Image(700, 420);
      image.alt = name;
      image.style.cssText = "display:block;width:100%";
      image.src = file("");
      picture.append(dark, image);
      link.replaceChildren(picture);
    }
    return link;
  }

  #reserve() {
    this.style.minHeight = (+this.#option("height") || room(this.clientWidth)) + "px";
  }

  _train() {
    this._wants = false;
    this._on = true;
    if (this.#lab) this.#lab.play().catch(() => {});
    else this.#start(true);
  }

  _hold() {
    this._wants = true;
    this._on = null;
    this.#lab?.pause().catch(() => {}).then(() => turn((this._on ||= false)));
  }

  #start(train) {
    if (this.#frame) return;
    const fail = error => {
      this.#wait(`${this.#words[2]} ${error.message}`);
      this.#settle[1](error);
      this.#promise();
      turn();
    };
    const frame = make("iframe");
    try {
      frame.src = urlFor({ start: "paused", ...this.#all });
    } catch (error) {
      return fail(error);
    }
    this.#reserve();
    this._button.textContent = this.#words[1];
    frame.title = this.#option("title") || "Collapse Lab";
    frame.className = "wait";
    // A scroll bar would change the height.
    if (!(this.#option("height") > 0)) frame.scrolling = "no";
    frame.style.height = this.style.minHeight;
    this.#frame = this.shadowRoot.appendChild(frame);
    const swap = () => {
      if (!frame.className) return;
      const focused = this.shadowRoot.activeElement;
      this._poster.className = "gone";
      frame.className = this.style.minHeight = "";
      if (focused) frame.focus({ preventScroll: true });
    };
    open(frame, undefined, () => { this.#wait(""); this.#promise(); turn(); }).then(lab => {
      let before;
      this.#lab = lab;
      lab.on("step", swap);
      lab.on("resize", ({ width, height }) => {
        if (this.#option("height") > 0) return;
        // Only grows: panels come and go, and the text below must not.
        const least = frame.className || width !== before ? 0 : parseFloat(frame.style.height);
        frame.style.height = Math.max(least, height) + "px";
        before = width;
      });
      lab.on("playing", ({ playing }) => {
        // Said before it heard that it is to rest.
        if (playing && this._on === null) return;
        if (playing && !this._seen) return this._hold();
        this._on = playing;
        if (playing) all.forEach(other => other !== this && other._on && other._hold());
        else turn();
      });
      if (train && !this._wants) this._train();
      else {
        this._wants = true;
        swap();
        turn();
      }
      this.#settle[0](lab);
    }, fail);
  }
}

globalThis.customElements?.get("collapse-lab") || globalThis.customElements?.define("collapse-lab", CollapseLab);
