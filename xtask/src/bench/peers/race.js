// Times one trainer in a worker and reports to the page. Knows no library.
//
// A trainer is `{ planesLast, step(inputs, labels), read(loss), drop(loss) }`: `step` trains once and
// gives the loss as the library holds it, `read` brings it to JavaScript (a number or its promise), and
// `drop` frees one that nobody reads.

/// Milliseconds of warm-up and of each timing at most; slow trainers get at least STEPS_LEAST steps.
const WARM_MS = 3000;
const TIMED_MS = 4000;
const STEPS_LEAST = 4;
/// Steps between two reads in the second timing, fewer where they would take longer than TIMED_MS.
const STEPS_SPARSE = 50;

/// `start(job, backend, random)` gives a promise of a trainer.
async function race(start) {
  try {
    const options = new URLSearchParams(location.search);
    const job = JOBS[options.get("job")];
    const random = generator(20260101);
    const trainer = await start(job, options.get("backend"), random);
    const draw = deck(job, Boolean(trainer.planesLast), random);
    const losses = [];
    await train(trainer, draw, losses, 1, 1, 0);
    postMessage({ first: true });

    await train(trainer, draw, losses, 1, job.stepsWarm, WARM_MS);
    const before = { ...self.webgpuCounts };
    const dense = await train(trainer, draw, losses, 1, Infinity, TIMED_MS);
    const after = { ...self.webgpuCounts };
    const gap = Math.max(1, Math.min(STEPS_SPARSE, Math.floor((dense.rate * TIMED_MS) / 1000)));
    await train(trainer, draw, losses, gap, gap, 0);
    const sparse = await train(trainer, draw, losses, gap, Infinity, TIMED_MS);
    const last = losses.slice(-5);
    postMessage({
      per_second: dense.rate,
      per_second_sparse: sparse.rate,
      gap,
      dispatches_per_step: (after.dispatches - before.dispatches) / dense.steps,
      loss_first: losses[0],
      // All trainers begin alike and see the same batches: a check that they do the same work.
      loss_fifth: losses[4],
      loss_last: last.reduce((sum, loss) => sum + loss, 0) / last.length,
      done: true,
    });
  } catch (error) {
    postMessage({ error: String((error && error.message) || error) });
  }
}

/// Trains `most` steps or until `millis` have passed, and reads the loss of every `gap`-th.
async function train(trainer, draw, losses, gap, most, millis) {
  const start = performance.now();
  let steps = 0;
  let end = start;
  while (steps < most && (millis === 0 || end - start < millis || steps < STEPS_LEAST)) {
    for (let unread = gap; unread > 0; unread--) {
      const { inputs, labels } = draw();
      const loss = trainer.step(inputs, labels);
      if (unread > 1) trainer.drop(loss);
      else {
        const value = trainer.read(loss);
        losses.push(typeof value === "number" ? value : await value);
      }
      steps++;
    }
    end = performance.now();
  }
  return { steps, rate: (steps / (end - start)) * 1000 };
}
