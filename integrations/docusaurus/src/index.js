// The React component. Must not know Docusaurus: any React that renders pages can use it.

import { createElement, useEffect } from "react";
import { embed } from "./markup.js";

/** A live experiment; properties are the options of `<collapse-lab>`. */
export default function CollapseLab(properties) {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined && value !== null);
  const { attributes, fallback, script } = embed(Object.fromEntries(given.map(([name, value]) => [name, `${value}`])));
  // After hydration, so that the element does not change what React is about to compare.
  useEffect(() => bring(script), [script]);
  return createElement("collapse-lab", {
    ...attributes,
    // React never looks inside: from here on it is the element's own.
    dangerouslySetInnerHTML: { __html: fallback },
    suppressHydrationWarning: true,
  });
}

/** Adds the module once per page. */
function bring(script) {
  const address = new URL(script, document.baseURI).href;
  if ([...document.scripts].some(known => known.src === address)) return;
  const element = document.createElement("script");
  element.type = "module";
  element.src = address;
  document.head.append(element);
}
