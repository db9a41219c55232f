/** CPU time of the process over the last seconds. */

/** How far back the figure looks, milliseconds. */
const WINDOW = 5000;

type Sample = { readonly at: number; readonly cpu: number };

function sample(): Sample {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), cpu: (user + system) / 1000 };
}

/** A meter that runs until it is stopped. */
export type CpuMeter = {
  /** CPU milliseconds per second of the whole process: 1000 is one full core. */
  perSecond(): number;
  stop(): void;
};

/** Starts measuring. */
export function startCpuMeter(): CpuMeter {
  const samples = [sample()];
  const timer = setInterval(() => {
    const now = sample();
    samples.push(now);
    while (samples.length > 2 && now.at - (samples[1] as Sample).at >= WINDOW) samples.shift();
  }, 1000);
  timer.unref();
  return {
    perSecond: () => {
      const first = samples[0] as Sample;
      const last = samples.at(-1) as Sample;
      return last.at > first.at ? ((last.cpu - first.cpu) * 1000) / (last.at - first.at) : 0;
    },
    stop: () => clearInterval(timer),
  };
}
