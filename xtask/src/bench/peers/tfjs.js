// TensorFlow.js as its guides train a model of one's own: operations under `optimizer.minimize`, the
// loss read with `await loss.data()`.
importScripts("job.js", "race.js", "../tfjs/tf.min.js");

const TENSORFLOW = { wasm: "../tfjs-wasm/tf-backend-wasm.min.js", webgpu: "../tfjs-webgpu/tf-backend-webgpu.min.js" };

race(async (job, backend, random) => {
  if (TENSORFLOW[backend]) importScripts(TENSORFLOW[backend]);
  if (backend === "wasm") tf.wasm.setWasmPaths(new URL("../tfjs-wasm/", location.href).href);
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} cannot be had in a worker`);
  await tf.ready();
  if (tf.getBackend() !== backend) throw new Error(`the backend is ${tf.getBackend()}, not ${backend}`);
  const { batch, features, width, classes, side, planes, channels } = job;
  const weights = (shape, inputs, outputs) =>
    tf.tensor(glorot(shape.reduce((a, b) => a * b), inputs, outputs, random), shape);
  const zeros = (length) => tf.variable(tf.zeros([length]));
  let logits, shape;
  if (side) {
    const units = channels * (side / 2) ** 2;
    // Drawn in the order of the other trainers, whose planes come first, so that all begin alike.
    const moved = (shape, order, inputs, outputs) => weights(shape, inputs, outputs).transpose(order);
    const kernel = tf.variable(moved([channels, planes, 3, 3], [2, 3, 1, 0], 9 * planes, 9 * channels)), bias1 = zeros(channels);
    const pooled = moved([channels, side / 2, side / 2, classes], [1, 2, 0, 3], units, classes), bias2 = zeros(classes);
    const weight2 = tf.variable(pooled.reshape([units, classes]));
    shape = [batch, side, side, planes];
    logits = (x) => {
      const hidden = tf.conv2d(x, kernel, 1, "same").add(bias1).relu();
      return tf.maxPool(hidden, 2, 2, "valid").reshape([batch, units]).matMul(weight2).add(bias2);
    };
  } else {
    const weight1 = tf.variable(weights([features, width], features, width)), bias1 = zeros(width);
    const weight2 = tf.variable(weights([width, classes], width, classes)), bias2 = zeros(classes);
    shape = [batch, features];
    logits = (x) => x.matMul(weight1).add(bias1).relu().matMul(weight2).add(bias2);
  }
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  return {
    planesLast: true,
    step: (inputs, labels) =>
      tf.tidy(() => {
        const x = tf.tensor(inputs, shape);
        const y = tf.tensor(oneHot(labels, classes), [batch, classes]);
        return optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, logits(x)), true);
      }),
    read: async (loss) => {
      const [value] = await loss.data();
      loss.dispose();
      return value;
    },
    drop: (loss) => loss.dispose(),
  };
});
