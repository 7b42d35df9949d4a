// The cases that every integration must agree on: `node --test`, in this folder's parent.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { html } from "../src/markup.js";

const cases = JSON.parse(readFileSync(new URL("../../cases.json", import.meta.url), "utf8"));

/** Properties as MDX would write them; what cannot be said in properties is no case here. */
const properties = block =>
  Object.fromEntries(block.split("\n").filter(Boolean).map(line => line.split(/:\s*(.*)/s)).map(([name, value]) => [name, value]));

for (const { name, block, html: wanted, error } of cases) {
  if (["no pair", "twice"].includes(name)) continue;
  test(name, () => {
    const options = { src: "https://host/lab/", ...properties(block) };
    if (error) assert.throws(() => html(options), { message: error });
    else assert.equal(html(options), wanted);
  });
}
