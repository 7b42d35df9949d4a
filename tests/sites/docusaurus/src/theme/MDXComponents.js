// Where the lab is, once for the whole site; every page can then write <CollapseLab preset="…" />.
import MDXComponents from "@theme-original/MDXComponents";
import { createElement } from "react";
import CollapseLab from "collapse-lab-react";

export default {
  ...MDXComponents,
  CollapseLab: properties => createElement(CollapseLab, { src: "/lab/", ...properties }),
};
