// The plant's clock as the page believes it: between items it runs on at the rate it was seen to have.

/** How long without an item the clock goes on by itself [ms]. */
const ON = 2_500;
/** The rate is measured over so long [ms]. */
const WINDOW = 6_000;

/** Plant time [us since the epoch] against the page's own [ms]. */
export class PlantClock {
  #samples: { wall: number; at: number }[] = [];
  #shown = 0;
  #wall = 0;
  #rate = 1;

  /** An item told the plant's time. */
  heard(at: number, wall: number): void {
    const last = this.#samples.at(-1);
    if (last && at < last.at) {
      this.reset(at, wall);
      return;
    }
    if (last && wall - last.wall < 50) {
      last.at = at;
    } else {
      this.#samples.push({ wall, at });
    }
    while (this.#samples.length > 2 && wall - (this.#samples[0]?.wall ?? wall) > WINDOW) this.#samples.shift();
    const first = this.#samples[0];
    if (first && wall - first.wall > 400) this.#rate = (at - first.at) / ((wall - first.wall) * 1_000);
  }

  /** Time jumped: begin again here. */
  reset(at: number, wall: number): void {
    this.#samples = [{ wall, at }];
    this.#shown = at;
    this.#wall = wall;
  }

  /** Seconds of the plant in a second of the page: 1 live, more or 0 in a rehearsal. */
  get rate(): number {
    return this.#rate;
  }

  /** Plant time now [us]; never falls but by a reset. */
  now(wall: number): number {
    const last = this.#samples.at(-1);
    if (!last) return this.#shown;
    const passed = Math.min(wall - last.wall, ON);
    const target = last.at + this.#rate * passed * 1_000;
    const dt = Math.min(Math.max(wall - this.#wall, 0), 1_000);
    this.#wall = wall;
    const run = this.#shown + this.#rate * dt * 1_000;
    const error = target - run;
    // A tenth of the error a frame at 60 Hz, and no faster than at three times the rate; at once where it is more
    // than two seconds of the page.
    const fast = Math.max(1, this.#rate);
    const far = Math.abs(error) > 2e6 * fast;
    const most = 2e3 * fast * dt;
    const eased = Math.min(Math.max(error * Math.min(1, dt / 160), -most), most);
    const next = far ? target : run + eased;
    this.#shown = far ? next : Math.max(this.#shown, next);
    return this.#shown;
  }
}
