// What the options take, from the one table all integrations share. Must not know what markup looks like.

import table from "./options.js";

/** Names of all options, in the order in which they are written. */
export const names = table.options.map(option => option.name);

/** Title and promise of a scenario, or undefined. */
export const scenario = id => (Object.hasOwn(table.scenarios, id) ? table.scenarios[id] : undefined);

/** Throws an `Error` unless there is an option `name` that takes the text `value`. */
export function check(name, value) {
  const option = table.options.find(option => option.name === name);
  if (!option) throw new Error(`collapse-lab has no option "${name}"; there are ${names.join(", ")}`);
  const wrong = faults[option.kind]?.(value, option);
  if (wrong) throw new Error(`${name}: "${value}" is ${wrong}`);
}

const isWhole = value => /^[0-9]+$/.test(value);

const faults = {
  // Anything else, such as `javascript:`, must not become a link.
  address: value =>
    !/^(https?:\/\/|\/|\.\.?\/)/.test(value) && "no address (https://… or a path that begins with / or .)",
  scenario: value => !scenario(value) && "no scenario",
  whole: value => !isWhole(value) && "no whole number",
  height: value => value !== "auto" && !isWhole(value) && "neither auto nor a number of pixels",
  choice: (value, { choices }) => !choices.includes(value) && `none of ${choices.join(", ")}`,
};
