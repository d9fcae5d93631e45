// Where a vehicle is drawn: along its motion segments, and where a new report does not meet the last
// picture, over a short while from one to the other.
import type { Motion } from '../api/types';
import type { Way } from './ways';

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

/** The share of an error that is left after so long [ms of the page]. */
export function left(dt: number): number {
  return Math.exp(-dt / EASE);
}

/** What is drawn of one vehicle. */
export class Drawn {
  x = 0;
  y = 0;
  heading = 0;
  /** Of the heading. */
  cos = 1;
  sin = 0;
  /** It has been somewhere yet. */
  known = false;
  #dx = 0;
  #dy = 0;
  #segment: Motion | undefined;

  /** Moves towards where it should be, but for this share of the error; gives whether anything changed. */
  step(target: Pose, segment: Motion | undefined, keep: number): boolean {
    if (!this.known || segment !== this.#segment) {
      this.#dx = this.x - target.x;
      this.#dy = this.y - target.y;
      if (!this.known || Math.hypot(this.#dx, this.#dy) > JUMP) {
        this.#dx = this.#dy = 0;
        this.#turn(target.heading);
      }
      this.known = true;
      this.#segment = segment;
    }
    this.#dx *= keep;
    this.#dy *= keep;
    if (Math.abs(this.#dx) + Math.abs(this.#dy) < 1e-3) this.#dx = this.#dy = 0;
    const x = target.x + this.#dx;
    const y = target.y + this.#dy;
    let moved = x !== this.x || y !== this.y;
    this.x = x;
    this.y = y;
    // Most stand, or drive straight on.
    const off = target.heading - this.heading;
    if (off !== 0) {
      const turn = Math.atan2(Math.sin(off), Math.cos(off));
      const whole = Math.abs(turn) <= 1e-3;
      moved ||= !whole;
      this.#turn(whole ? target.heading : this.heading + turn * (1 - keep));
    }
    return moved;
  }

  #turn(heading: number): void {
    this.heading = heading;
    this.cos = Math.cos(heading);
    this.sin = Math.sin(heading);
  }
}
