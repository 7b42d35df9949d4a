// Options to the element's attributes and its fallback. Must not know React.

import { check, names, scenario } from "./table.js";

/**
 * What `options` (names to texts) ask for: `attributes` of the element, its `fallback` as HTML, and the
 * address of the `script` that brings it to life. Throws an `Error` where one is unknown, wrong or missing.
 */
export function embed(options) {
  for (const [name, value] of Object.entries(options)) check(name, value);
  if (options.src === undefined) throw new Error("collapse-lab needs src, the address of a Collapse Lab");
  const { preset, experiment, seed, theme } = options;
  if ((preset === undefined) === (experiment === undefined)) {
    throw new Error("collapse-lab needs either preset or experiment");
  }
  const src = options.src.replace(/\/+$/, "") + "/";
  const told = preset === undefined
    ? { title: "An experiment", promise: "A classifier in training" }
    : scenario(preset);
  const seeds = seed === undefined ? "" : `&seed_data=${seed}&seed_weights=${seed}&seed_order=${seed}`;
  const link = `${src}#${preset === undefined ? experiment : `scenario=${preset}`}${seeds}`;
  const poster = preset === undefined ? undefined : `${src}posters/${preset}`;
  const given = names.filter(name => options[name] !== undefined);
  return {
    attributes: Object.fromEntries(given.map(name => [name, name === "src" ? src : options[name]])),
    fallback:
      `\n<a href="${escape(link)}">${picture(src, poster, theme, told.promise)}` +
      `${escape(options.title ?? told.title)} · Collapse Lab</a>\n`,
    script: `${src}embed.js`,
  };
}

/** The whole as HTML, for pages that are not React's. */
export function html(options) {
  const { attributes, fallback, script } = embed(options);
  const text = Object.entries(attributes).map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
  return `<collapse-lab${text}>${fallback}</collapse-lab>\n<script type="module" src="${escape(script)}"></script>\n`;
}

/** The scenario's poster, which comes in light and dark; the lab's icon where there is none. */
function picture(src, poster, theme = "auto", promise) {
  const size = poster ? 'width="700" height="420"' : 'width="96" height="96"';
  const shown = poster ? poster + (theme === "dark" ? "-dark.svg" : ".svg") : `${src}icon.svg`;
  const other = poster && theme === "auto"
    ? `<source media="(prefers-color-scheme: dark)" srcset="${escape(`${poster}-dark.svg`)}">`
    : "";
  return `<picture>${other}<img src="${escape(shown)}" alt="${escape(promise)}" ${size} loading="lazy"></picture><br>`;
}

/** Text as it stands in HTML, inside quotes or not. */
function escape(text) {
  return text.replace(/[&<>"]/g, character => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character]);
}
