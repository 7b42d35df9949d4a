// The opponent without a library: both jobs in typed arrays with a backward pass written by hand, as
// someone would who wants them fast. Knows nothing of timing.
//
// Matrix products work on blocks of 2 x 4 results, so that twelve numbers are loaded for eight
// products and sums stay in registers. The convolution computes a pooling window of two channels at
// once from a padded image, so that neither patches nor unpooled results are ever written, and its
// backward pass visits only the winners of the pooling.
importScripts("job.js", "race.js");

/// `out[rows][columns] = a[rows][inner] b[inner][columns]`, `a` read with strides, plus `bias[columns]`.
/// `rows` is a multiple of 2, `columns` of 4.
function multiply(out, a, rowStride, columnStride, b, bias, rows, inner, columns) {
  for (let row = 0; row < rows; row += 2) {
    const upper = row * rowStride;
    const lower = upper + rowStride;
    for (let column = 0; column < columns; column += 4) {
      let u0 = 0, u1 = 0, u2 = 0, u3 = 0;
      if (bias) {
        u0 = bias[column]; u1 = bias[column + 1]; u2 = bias[column + 2]; u3 = bias[column + 3];
      }
      let l0 = u0, l1 = u1, l2 = u2, l3 = u3;
      for (let k = 0, at = 0, from = column; k < inner; k++, at += columnStride, from += columns) {
        const x = a[upper + at], y = a[lower + at];
        const w0 = b[from], w1 = b[from + 1], w2 = b[from + 2], w3 = b[from + 3];
        u0 += x * w0; u1 += x * w1; u2 += x * w2; u3 += x * w3;
        l0 += y * w0; l1 += y * w1; l2 += y * w2; l3 += y * w3;
      }
      const to = row * columns + column;
      out[to] = u0; out[to + 1] = u1; out[to + 2] = u2; out[to + 3] = u3;
      out[to + columns] = l0; out[to + columns + 1] = l1; out[to + columns + 2] = l2; out[to + columns + 3] = l3;
    }
  }
}

/// Dense layer with few outputs on top of `hidden[batch][units]`, softmax and cross-entropy: the mean
/// loss. Fills `weightGradient[units][classes]`, `biasGradient` and, through the gate `hidden > 0`,
/// `hiddenGradient[batch][units]`.
function outputLayer(hidden, weight, bias, labels, batch, units, classes, weightGradient, biasGradient, hiddenGradient, logits) {
  let loss = 0;
  weightGradient.fill(0);
  biasGradient.fill(0);
  for (let example = 0; example < batch; example++) {
    const from = example * units;
    for (let k = 0; k < classes; k++) logits[k] = bias[k];
    for (let unit = 0; unit < units; unit++) {
      const value = hidden[from + unit];
      if (value > 0) for (let k = 0, at = unit * classes; k < classes; k++) logits[k] += value * weight[at + k];
    }
    let largest = logits[0];
    for (let k = 1; k < classes; k++) if (logits[k] > largest) largest = logits[k];
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(logits[k] - largest);
    const label = labels[example];
    loss += Math.log(sum) + largest - logits[label];
    for (let k = 0; k < classes; k++) {
      const gradient = (Math.exp(logits[k] - largest) / sum - (k === label ? 1 : 0)) / batch;
      logits[k] = gradient;
      biasGradient[k] += gradient;
    }
    for (let unit = 0; unit < units; unit++) {
      const value = hidden[from + unit];
      let back = 0;
      if (value > 0) {
        for (let k = 0, at = unit * classes; k < classes; k++) {
          weightGradient[at + k] += value * logits[k];
          back += logits[k] * weight[at + k];
        }
      }
      hiddenGradient[from + unit] = back;
    }
  }
  return loss / batch;
}

/// Adam (Kingma and Ba 2015) over one flat vector.
class Adam {
  constructor(size) {
    this.mean = new Float32Array(size);
    this.square = new Float32Array(size);
    this.steps = 0;
  }

  step(parameters, gradient) {
    const { mean, square } = this;
    this.steps++;
    const correction = Math.sqrt(1 - 0.999 ** this.steps);
    const rate = (1e-3 * correction) / (1 - 0.9 ** this.steps);
    const epsilon = 1e-8 * correction;
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i];
      const m = (mean[i] = 0.9 * mean[i] + 0.1 * g);
      const s = (square[i] = 0.999 * square[i] + 0.001 * g * g);
      parameters[i] -= (rate * m) / (Math.sqrt(s) + epsilon);
    }
  }
}

/// Parts of one flat vector, in order, of these sizes.
function parts(vector, sizes) {
  let begin = 0;
  return sizes.map((size) => vector.subarray(begin, (begin += size)));
}

/// 20-32-2 with ReLU.
class Mlp {
  constructor({ batch, features, width, classes }, random) {
    Object.assign(this, { batch, features, width, classes });
    const sizes = [features * width, width, width * classes, classes];
    const size = sizes.reduce((sum, part) => sum + part);
    this.parameters = new Float32Array(size);
    this.gradient = new Float32Array(size);
    [this.weight1, this.bias1, this.weight2, this.bias2] = parts(this.parameters, sizes);
    [this.gradient1, this.gradientBias1, this.gradient2, this.gradientBias2] = parts(this.gradient, sizes);
    this.weight1.set(glorot(this.weight1.length, features, width, random));
    this.weight2.set(glorot(this.weight2.length, width, classes, random));
    this.hidden = new Float32Array(batch * width);
    this.hiddenGradient = new Float32Array(batch * width);
    this.logits = new Float64Array(classes);
    this.adam = new Adam(size);
  }

  step(inputs, labels) {
    const { batch, features, width, hidden, hiddenGradient } = this;
    // Negative sums count as zero in the output layer: the ReLU needs no pass of its own.
    multiply(hidden, inputs, features, 1, this.weight1, this.bias1, batch, features, width);
    const loss = outputLayer(hidden, this.weight2, this.bias2, labels, batch, width, this.classes,
      this.gradient2, this.gradientBias2, hiddenGradient, this.logits);
    multiply(this.gradient1, inputs, 1, features, hiddenGradient, null, features, batch, width);
    columnSums(this.gradientBias1, hiddenGradient, batch, width);
    this.adam.step(this.parameters, this.gradient);
    return loss;
  }
}

function columnSums(out, matrix, rows, columns) {
  out.fill(0);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) out[column] += matrix[at];
  }
}

/// Convolution 3x3 with padding 1, max-pool 2x2, ReLU, dense.
class Cnn {
  constructor({ batch, side, planes, channels, classes }, random) {
    Object.assign(this, { batch, side, planes, channels, classes });
    this.pooled = (side / 2) ** 2;
    const units = channels * this.pooled;
    const sizes = [channels * planes * 9, channels, units * classes, classes];
    const size = sizes.reduce((sum, part) => sum + part);
    this.parameters = new Float32Array(size);
    this.gradient = new Float32Array(size);
    [this.kernel, this.bias1, this.weight2, this.bias2] = parts(this.parameters, sizes);
    [this.kernelGradient, this.gradientBias1, this.gradient2, this.gradientBias2] = parts(this.gradient, sizes);
    this.kernel.set(glorot(this.kernel.length, planes * 9, channels * 9, random));
    this.weight2.set(glorot(this.weight2.length, units, classes, random));
    const padded = side + 2;
    this.images = new Float32Array(batch * planes * padded * padded);
    this.hidden = new Float32Array(batch * units);
    this.hiddenGradient = new Float32Array(batch * units);
    this.winner = new Int32Array(batch * units);
    this.logits = new Float64Array(classes);
    this.adam = new Adam(size);
  }

  /// `inputs`: `[batch][planes][side][side]`.
  step(inputs, labels) {
    const { batch, channels, pooled, classes } = this;
    const units = channels * pooled;
    this.pad(inputs);
    for (let example = 0; example < batch; example++) {
      for (let channel = 0; channel < channels; channel += 2) this.convolve(example, channel);
    }
    const loss = outputLayer(this.hidden, this.weight2, this.bias2, labels, batch, units, classes,
      this.gradient2, this.gradientBias2, this.hiddenGradient, this.logits);
    this.kernelGradient.fill(0);
    this.gradientBias1.fill(0);
    for (let example = 0; example < batch; example++) {
      for (let channel = 0; channel < channels; channel++) this.convolveBack(example, channel);
    }
    this.adam.step(this.parameters, this.gradient);
    return loss;
  }

  pad(inputs) {
    const { side, images } = this;
    const padded = side + 2;
    const planes = this.batch * this.planes;
    for (let plane = 0; plane < planes; plane++) {
      for (let y = 0; y < side; y++) {
        const from = (plane * side + y) * side;
        images.set(inputs.subarray(from, from + side), (plane * padded + y + 1) * padded + 1);
      }
    }
  }

  /// Two channels of one image, pooled; the place of each winner in the padded image is kept.
  convolve(example, channel) {
    const { side, planes, images, kernel, hidden, winner, pooled } = this;
    const padded = side + 2;
    const area = padded * padded;
    const image = example * planes * area;
    const taps = planes * 9;
    const first = channel * taps;
    const second = first + taps;
    let to = (example * this.channels + channel) * pooled;
    const bias = this.bias1[channel];
    const biasSecond = this.bias1[channel + 1];
    for (let y = 0; y < side; y += 2) {
      for (let x = 0; x < side; x += 2, to++) {
        let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
        for (let plane = 0, tap = 0; plane < planes; plane++) {
          for (let row = 0; row < 3; row++) {
            let at = image + plane * area + (y + row) * padded + x;
            for (let column = 0; column < 3; column++, tap++, at++) {
              const v = kernel[first + tap], w = kernel[second + tap];
              const p0 = images[at], p1 = images[at + 1], p2 = images[at + padded], p3 = images[at + padded + 1];
              a0 += v * p0; a1 += v * p1; a2 += v * p2; a3 += v * p3;
              b0 += w * p0; b1 += w * p1; b2 += w * p2; b3 += w * p3;
            }
          }
        }
        const corner = y * padded + x;
        let best = a0, place = corner;
        if (a1 > best) { best = a1; place = corner + 1; }
        if (a2 > best) { best = a2; place = corner + padded; }
        if (a3 > best) { best = a3; place = corner + padded + 1; }
        hidden[to] = best + bias;
        winner[to] = place;
        best = b0; place = corner;
        if (b1 > best) { best = b1; place = corner + 1; }
        if (b2 > best) { best = b2; place = corner + padded; }
        if (b3 > best) { best = b3; place = corner + padded + 1; }
        hidden[to + pooled] = best + biasSecond;
        winner[to + pooled] = place;
      }
    }
  }

  convolveBack(example, channel) {
    const { side, planes, images, hiddenGradient, winner, pooled, kernelGradient } = this;
    const padded = side + 2;
    const area = padded * padded;
    const from = (example * this.channels + channel) * pooled;
    let bias = 0;
    for (let plane = 0; plane < planes; plane++) {
      const image = (example * planes + plane) * area;
      let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0, s8 = 0;
      for (let window = 0; window < pooled; window++) {
        const gradient = hiddenGradient[from + window];
        if (gradient === 0) continue;
        if (plane === 0) bias += gradient;
        const upper = image + winner[from + window];
        const middle = upper + padded;
        const lower = middle + padded;
        s0 += gradient * images[upper]; s1 += gradient * images[upper + 1]; s2 += gradient * images[upper + 2];
        s3 += gradient * images[middle]; s4 += gradient * images[middle + 1]; s5 += gradient * images[middle + 2];
        s6 += gradient * images[lower]; s7 += gradient * images[lower + 1]; s8 += gradient * images[lower + 2];
      }
      const to = (channel * planes + plane) * 9;
      kernelGradient[to] += s0; kernelGradient[to + 1] += s1; kernelGradient[to + 2] += s2;
      kernelGradient[to + 3] += s3; kernelGradient[to + 4] += s4; kernelGradient[to + 5] += s5;
      kernelGradient[to + 6] += s6; kernelGradient[to + 7] += s7; kernelGradient[to + 8] += s8;
    }
    this.gradientBias1[channel] += bias;
  }
}

/// A CNN where the job has images.
function start(job, backend, random) {
  const model = job.side ? new Cnn(job, random) : new Mlp(job, random);
  return { step: (inputs, labels) => model.step(inputs, labels), read: (loss) => loss, drop: () => {} };
}

race(start);
