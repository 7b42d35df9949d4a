// Types of embed.js, which puts Collapse Lab into other pages. Guide: docs/embedding.md. What the element is
// without scripts, and what generators of documentation write:
//
//   <collapse-lab preset="imbalance" loading="click">
//     <a href="https://example.org/lab/#scenario=imbalance">
//       <picture>
//         <source media="(prefers-color-scheme: dark)" srcset="https://example.org/lab/posters/imbalance-dark.svg">
//         <img src="https://example.org/lab/posters/imbalance.svg" width="700" height="420" alt="…">
//       </picture>
//     </a>
//   </collapse-lab>
//   <script type="module" src="https://example.org/lab/embed.js"></script>

/** Settings by name, as in the README's table; `getState()` gives all of them. */
export type Settings = Record<string, number | string | boolean | number[]>;

/** What an embedded lab is and shows; the attributes of `<collapse-lab>` have the same names. */
export interface Options {
  /** Address of the lab, also a link to an experiment; default: the folder of embed.js. */
  src?: string;
  /** Id of a scenario, such as "imbalance". */
  preset?: string;
  /** An experiment instead: the part of its link after "#", or its settings. */
  experiment?: string | Settings;
  /** Seed of data, weights and order. */
  seed?: number | string;
  /** Settings that are not shown: a list, or names apart by commas or spaces. */
  hide?: string | string[];
  /** Settings that are shown and do not move. */
  lock?: string | string[];
  /** Smaller ranges: "learning_rate:0.001..0.1; optimizer:adam,sgd", or lists by name. */
  limit?: string | Record<string, (number | string)[]>;
  /** Charts by id, the first one large: "shares,loss". */
  charts?: string | string[];
  /** What is to be reached: "balanced_accuracy>=0.8@400". */
  goal?: string;
  /** When it becomes live: on a click, in view, or at once. Default: "click"; embed(): "eager". */
  loading?: "lazy" | "click" | "eager";
  /** "auto" follows the content; a number is fixed pixels. */
  height?: "auto" | number | string;
  /** "auto" follows the reader's system. */
  theme?: "light" | "dark" | "auto";
  /** Language of the page: "en", "fr", "zh". */
  lang?: string;
  /** Name of the frame for those who do not see it. */
  title?: string;
}

/** What went wrong. */
export class LabError extends Error {
  constructor(name: string, field: string, message: string);
  /**
   * `invalid` an option or argument, `malformed` a message, `refused` by the lab (a wrong setting, a
   * replaced run), `unsupported` by this version, `blocked` by the browser, `timeout`, `closed`.
   */
  name: "invalid" | "malformed" | "refused" | "unsupported" | "blocked" | "timeout" | "closed" | "failed";
  /** The option, setting, call or part of a message it is about; may be empty. */
  field: string;
}

/** The newest numbers of a run; what is not finite is null. */
export interface Metrics {
  step: number;
  epoch: number;
  backend: "cpu" | "gpu" | null;
  steps_per_second: number | null;
  playing: boolean;
  loss_train: number | null;
  loss_probe: number | null;
  accuracy: number | null;
  balanced_accuracy: number | null;
  recall: (number | null)[] | null;
  shares: (number | null)[] | null;
  confusion: number[][] | null;
  n_eff: number | null;
  collapse: number | null;
  skill: { value: number | null; low: number | null; high: number | null } | null;
  verdict: { kind: string; text: string; detail: string; no_signal: boolean };
  findings: { rule: string; title: string; cause: string; since: number }[];
  learning_rate: number | null;
  /** Number of classes. */
  classes: number;
  diverged: boolean;
}

/** What is handed in as proof of work: a link that opens and checks it, and the same as the JSON of a file. */
export interface Receipt {
  link: string;
  checksum: string;
  file: Record<string, unknown>;
}

/** Events by name. */
export interface Events {
  /** A run began. */
  ready: { type: "ready" };
  /** The run was looked at. */
  step: { type: "step"; step: number };
  /** An earlier step is shown. */
  visit: { type: "visit"; step: number };
  /** The experiment changed. */
  change: { type: "change" };
  collapse: { type: "collapse"; step: number };
  recover: { type: "recover"; step: number };
  /** A finding appeared: its rule. */
  finding: { type: "finding"; rule: string };
  goal: { type: "goal"; goal: string; met: boolean; step: number };
  /** The page takes another amount of room, in CSS pixels. */
  resize: { type: "resize"; width: number; height: number };
  /** Training goes on, or does not. */
  playing: { type: "playing"; playing: boolean };
  /** Something does not work. */
  error: { type: "error"; message: string };
}

/** An embedded lab. Promises settle when the worker has confirmed, and reject with a LabError. */
export interface Lab {
  /** Its frame. */
  readonly frame: HTMLIFrameElement;
  /** Trains on; resolves to the step. */
  play(): Promise<number>;
  /** Stops; resolves to the last step. */
  pause(): Promise<number>;
  /** Trains `steps` (1) steps and pauses; resolves to the last step once it was looked at. */
  step(steps?: number): Promise<number>;
  /** Back to step 0, with the same weights in the same order. */
  reset(): Promise<number>;
  /** Shows the run as it was at `step`; without one the present. Resolves to the step shown. */
  rewind(step?: number): Promise<number>;
  /** Keeps the run as a lane beside it, then changes the settings in `patch`; the lane's letter, or null. */
  fork(patch?: Settings): Promise<string | null>;
  /** Changes the settings named. */
  set(patch: Settings): Promise<number>;
  /** The same, for what `getState()` gave. */
  setState(state: Settings): Promise<number>;
  /** At most so many steps per second; 0 is no limit. */
  setSpeed(stepsPerSecond?: number): Promise<number>;
  /** The experiment: every setting by name. */
  getState(): Promise<Settings>;
  getMetrics(): Promise<Metrics>;
  /** A receipt of the run so far; `name` is whose it is. */
  getReceipt(options?: { name?: string }): Promise<Receipt>;
  /** A picture of a chart, the large one unless named. */
  screenshot(options?: { format?: "png" | "svg"; chart?: string }): Promise<Blob>;
  /** The experiment as a program, where this version of the lab can write one. */
  exportCode(target: string): Promise<unknown>;
  /** Listens; returns what stops it. */
  on<Name extends keyof Events>(event: Name, listener: (event: Events[Name]) => void): () => void;
  /** Ends the connection and removes the frame, if embed.js made it. */
  destroy(): void;
}

/** `<collapse-lab>`: a link and a picture until it is live. */
export interface CollapseLabElement extends HTMLElement {
  /** Options that attributes cannot hold, or stronger than they are. */
  options: Options;
  /** The lab once it is live. */
  readonly lab: Promise<Lab>;
}

/** Puts a lab into an element, or takes the `<collapse-lab>` it is; resolves once it is live. */
export function embed(element: Element, options?: Options): Promise<Lab>;

/** Talks to the lab in a frame of this page, whoever made it; `timeout` in milliseconds. */
export function connect(frame: HTMLIFrameElement, options?: { timeout?: number }): Promise<Lab>;

/** The address of an embedded lab; `start` "paused" or "playing" as in the lab's links. */
export function urlFor(options?: Options & { start?: "paused" | "playing" }): string;

declare global {
  interface HTMLElementTagNameMap {
    "collapse-lab": CollapseLabElement;
  }
}
