// jax-js as its guide trains: one compiled function with the gradient and Adam inside, so that the
// library can fuse them, and the loss read with `await`.
importScripts("job.js", "race.js");

race(async (job, backend, random) => {
  const { init, defaultDevice, jit, lax, nn, numpy: np, tree, valueAndGrad } = await import("../jax/index.js");
  if (!(await init(backend)).includes(backend)) throw new Error(`the backend ${backend} cannot be had in a worker`);
  defaultDevice(backend);
  const { batch, features, width, classes, side, planes, channels } = job;
  const weights = (shape, inputs, outputs) =>
    np.array(glorot(shape.reduce((a, b) => a * b), inputs, outputs, random)).reshape(shape);
  let parameters, logits, shape;
  if (side) {
    const units = channels * (side / 2) ** 2;
    shape = [batch, planes, side, side];
    parameters = {
      kernel: weights([channels, planes, 3, 3], 9 * planes, 9 * channels), bias1: np.zeros([channels, 1, 1]),
      weight2: weights([units, classes], units, classes), bias2: np.zeros([classes]),
    };
    logits = ({ kernel, bias1, weight2, bias2 }, x) => {
      const hidden = nn.relu(lax.conv(x, kernel, [1, 1], [[1, 1], [1, 1]]).add(bias1));
      const pooled = lax.reduceWindow(hidden, np.max, [2, 2], [2, 2]).reshape([batch, units]);
      return np.dot(pooled, weight2).add(bias2);
    };
  } else {
    shape = [batch, features];
    parameters = {
      weight1: weights([features, width], features, width), bias1: np.zeros([width]),
      weight2: weights([width, classes], width, classes), bias2: np.zeros([classes]),
    };
    logits = ({ weight1, bias1, weight2, bias2 }, x) =>
      np.dot(nn.relu(np.dot(x, weight1).add(bias1)), weight2).add(bias2);
  }
  const names = Object.keys(parameters);
  const lossOf = (parameters, x, y) => nn.logSoftmax(logits(parameters, x)).mul(y).sum().mul(-1 / batch);
  // Adam (Kingma and Ba 2015); `rate` and `epsilon` carry the bias corrections.
  const step = jit((parameters, means, squares, x, y, rate, epsilon) => {
    const [loss, gradient] = valueAndGrad(lossOf)(tree.ref(parameters), x, y);
    const next = [{}, {}, {}];
    for (const name of names) {
      const g = gradient[name];
      const mean = means[name].mul(0.9).add(g.ref.mul(0.1));
      const square = squares[name].mul(0.999).add(g.ref.mul(g).mul(0.001));
      const update = mean.ref.mul(rate.ref).div(np.sqrt(square.ref).add(epsilon.ref));
      next[0][name] = parameters[name].sub(update);
      next[1][name] = mean;
      next[2][name] = square;
    }
    rate.dispose();
    epsilon.dispose();
    return [loss, ...next];
  });
  const zeros = () => Object.fromEntries(names.map((name) => [name, np.zerosLike(parameters[name].ref)]));
  let [means, squares, steps] = [zeros(), zeros(), 0];
  return {
    step: (inputs, labels) => {
      steps++;
      const correction = Math.sqrt(1 - 0.999 ** steps);
      const rate = np.array([(1e-3 * correction) / (1 - 0.9 ** steps)]);
      const epsilon = np.array([1e-8 * correction]);
      const x = np.array(inputs).reshape(shape);
      const y = np.array(oneHot(labels, classes)).reshape([batch, classes]);
      let loss;
      [loss, parameters, means, squares] = step(parameters, means, squares, x, y, rate, epsilon);
      return loss;
    },
    read: async (loss) => (await loss.data())[0],
    drop: (loss) => loss.dispose(),
  };
});
