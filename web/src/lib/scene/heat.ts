// Where vehicles wait: time on each edge over the last quarter of an hour of the plant, as this page saw it.

const MINUTE = 60e6;
const MINUTES = 15;

export class Heat {
  readonly #buckets: Float32Array;
  /** Seconds waited on each edge within the window. */
  readonly seconds: Float32Array;
  #minute = NaN;

  constructor(private readonly edges: number) {
    this.#buckets = new Float32Array(edges * MINUTES);
    this.seconds = new Float32Array(edges);
  }

  /** So many seconds were waited on an edge just before this plant time [us]. */
  waited(edge: number, seconds: number, time: number): void {
    this.#turn(time);
    if (edge < 0 || edge >= this.edges || !(seconds > 0)) return;
    const at = (((this.#minute % MINUTES) + MINUTES) % MINUTES) * this.edges + edge;
    this.#buckets[at] = (this.#buckets[at] ?? 0) + seconds;
    this.seconds[edge] = (this.seconds[edge] ?? 0) + seconds;
  }

  /** Forgets what is too old. */
  #turn(time: number): void {
    const minute = Math.floor(time / MINUTE);
    if (minute === this.#minute) return;
    const passed = minute > this.#minute ? Math.min(minute - this.#minute, MINUTES) : MINUTES;
    for (let step = 0; step < (Number.isNaN(passed) ? MINUTES : passed); step++) {
      const slot = (((minute - step) % MINUTES) + MINUTES) % MINUTES;
      for (let edge = 0; edge < this.edges; edge++) {
        const at = slot * this.edges + edge;
        this.seconds[edge] = Math.max(0, (this.seconds[edge] ?? 0) - (this.#buckets[at] ?? 0));
        this.#buckets[at] = 0;
      }
    }
    this.#minute = minute;
  }
}

/** Steps of the legend [s in a quarter of an hour]. */
export const HEAT_STEPS = [15, 60, 180, 480] as const;

/** Which step a time belongs to: 0 none, up to 4. */
export function heatStep(seconds: number): number {
  let step = 0;
  while (step < HEAT_STEPS.length && seconds >= (HEAT_STEPS[step] ?? Infinity)) step++;
  return step;
}
