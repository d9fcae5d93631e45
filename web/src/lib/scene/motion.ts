// Where a vehicle is drawn: along its motion segments, and where a new report does not meet the last
// picture, over a short while from one to the other.
import type { Motion } from '../api/types';
import type { Way } from './layout';

export interface Pose {
  x: number;
  y: number;
  heading: number;
}

/** How far along its edge a segment is at a time [us]: metres, within the edge. */
export function along(motion: Motion, way: Way, time: number): number {
  const s = Math.min(Math.max(time - motion.from, 0), Math.max(0, motion.until - motion.from)) / 1e6;
  const mm = motion.offset + motion.speed * s + (motion.accel * s * s) / 2;
  return Math.min(Math.max(mm / 1_000, 0), way.length);
}

/** The segment that is driven at this time: the last that has begun, else the first. */
export function current(segments: readonly Motion[], time: number): Motion | undefined {
  for (let i = segments.length - 1; i >= 0; i--) {
    const one = segments[i];
    if (one && one.from <= time) return one;
  }
  return segments[0];
}

/** Errors fall to a third in so long [ms of the page]. */
const EASE = 120;
/** Farther than this it is not eased: somebody has carried it, or the picture jumped in time [m]. */
const JUMP = 8;

/** What is drawn of one vehicle. */
export class Drawn {
  x = 0;
  y = 0;
  heading = 0;
  #known = false;
  #dx = 0;
  #dy = 0;
  #segment: Motion | undefined;

  /** Moves towards where it should be; gives whether anything changed. */
  step(target: Pose, segment: Motion | undefined, dt: number): boolean {
    if (!this.#known || segment !== this.#segment) {
      this.#dx = this.x - target.x;
      this.#dy = this.y - target.y;
      if (!this.#known || Math.hypot(this.#dx, this.#dy) > JUMP) {
        this.#dx = this.#dy = 0;
        this.heading = target.heading;
      }
      this.#known = true;
      this.#segment = segment;
    }
    const keep = Math.exp(-dt / EASE);
    this.#dx *= keep;
    this.#dy *= keep;
    if (Math.abs(this.#dx) + Math.abs(this.#dy) < 1e-3) this.#dx = this.#dy = 0;
    const turn = Math.atan2(Math.sin(target.heading - this.heading), Math.cos(target.heading - this.heading));
    const [x, y] = [target.x + this.#dx, target.y + this.#dy];
    const moved = x !== this.x || y !== this.y || Math.abs(turn) > 1e-3;
    this.x = x;
    this.y = y;
    this.heading += turn * (1 - keep);
    return moved;
  }
}
