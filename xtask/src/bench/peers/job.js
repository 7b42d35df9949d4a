// The two jobs: their shapes, and examples of the same kind as the page's own data sets `linear` and
// `shapes`. Each step draws its batch from a pool of 1000 and gathers it on the host, as the page does.

/// Shapes by name. `stepsWarm`: steps that are not timed, for the compiler's sake.
const JOBS = {
  mlp: { batch: 32, features: 20, width: 32, classes: 2, stepsWarm: 5000 },
  cnn: { batch: 32, features: 3072, side: 32, planes: 3, channels: 32, classes: 2, stepsWarm: 50 },
};
const POOL = 1000;

/// Uniform in [0, 1), the same numbers for every trainer: xorshift (Marsaglia 2003).
function generator(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/// A function that draws the next batch: `inputs` (`[batch][features]`; images are planes of rows, or
/// rows of pixels with `planesLast`) and `labels`. New arrays each time, because libraries may keep them.
function deck(job, planesLast, random) {
  const { batch, features } = job;
  const inputs = new Float32Array(POOL * features);
  const labels = new Uint8Array(POOL);
  const rule = Float32Array.from({ length: features }, () => random() - 0.5);
  for (let example = 0; example < POOL; example++) {
    const row = inputs.subarray(example * features, (example + 1) * features);
    labels[example] = job.side ? drawShape(row, job, planesLast, random) : drawPoint(row, rule, random);
  }
  return () => {
    const drawn = { inputs: new Float32Array(batch * features), labels: new Uint8Array(batch) };
    for (let slot = 0; slot < batch; slot++) {
      const example = Math.floor(random() * POOL);
      drawn.inputs.set(inputs.subarray(example * features, (example + 1) * features), slot * features);
      drawn.labels[slot] = labels[example];
    }
    return drawn;
  };
}

/// A point; which side of the plane it lies on.
function drawPoint(row, rule, random) {
  let score = 0;
  for (let i = 0; i < row.length; i++) {
    row[i] = random();
    score += rule[i] * (row[i] - 0.5);
  }
  return score > 0 ? 1 : 0;
}

/// A disc (0) or a ring (1) in the top-left quadrant.
function drawShape(image, { side, planes }, planesLast, random) {
  const label = random() < 0.5 ? 1 : 0;
  const outer = 4.5 + 2.5 * random();
  const inner = label * outer * 0.6;
  const x = outer + (side / 2 - 2 * outer) * random();
  const y = outer + (side / 2 - 2 * outer) * random();
  const area = side * side;
  for (let plane = 0; plane < planes; plane++) {
    const background = 0.3 * random();
    const colour = 0.6 + 0.4 * random();
    for (let at = 0; at < area; at++) {
      const distance = Math.hypot((at % side) + 0.5 - x, Math.floor(at / side) + 0.5 - y);
      const value = distance < outer && distance >= inner ? colour : background;
      image[planesLast ? at * planes + plane : plane * area + at] = value + 0.05 * (2 * random() - 1);
    }
  }
  return label;
}

/// Uniform initial weights (Glorot and Bengio 2010).
function glorot(length, inputs, outputs, random) {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length }, () => (2 * random() - 1) * limit);
}

/// `[batch][classes]`, one 1 in each row.
function oneHot(labels, classes) {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, example) => (rows[example * classes + label] = 1));
  return rows;
}
