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
/** An error is caught up with at this speed at most [m/s of the plant]: what is late hurries, it does not leap. */
const CATCH = 5;
/** Farther than what is driven in so long it is not eased: somebody has carried it, or the picture jumped in time. */
const JUMP = { least: 8, most: 40, perRate: 3 };

/** How errors fall in one picture. */
export interface Ease {
  /** The share that is left. */
  keep: number;
  /** What may go at most [m]. */
  most: number;
  /** What is not eased [m]. */
  jump: number;
}

/** For a picture so long after the last one [ms], at so many seconds of the plant in a second of the page. */
export function ease(dt: number, rate: number): Ease {
  const fast = Math.max(1, rate);
  return {
    keep: Math.exp(-dt / EASE),
    most: (CATCH * fast * dt) / 1_000,
    jump: Math.min(JUMP.most, Math.max(JUMP.least, JUMP.perRate * fast)),
  };
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

  /** Moves towards where it should be, as errors fall; gives whether anything changed. */
  step(target: Pose, segment: Motion | undefined, { keep, most, jump }: Ease): boolean {
    if (!this.known || segment !== this.#segment) {
      this.#dx = this.x - target.x;
      this.#dy = this.y - target.y;
      if (!this.known || Math.hypot(this.#dx, this.#dy) > jump) {
        this.#dx = this.#dy = 0;
        this.#turn(target.heading);
      }
      this.known = true;
      this.#segment = segment;
    }
    const off = Math.hypot(this.#dx, this.#dy);
    const share = off * (1 - keep) > most ? 1 - most / off : keep;
    this.#dx *= share;
    this.#dy *= share;
    if (Math.abs(this.#dx) + Math.abs(this.#dy) < 1e-3) this.#dx = this.#dy = 0;
    const x = target.x + this.#dx;
    const y = target.y + this.#dy;
    let moved = x !== this.x || y !== this.y;
    this.x = x;
    this.y = y;
    // Most stand, or drive straight on.
    const askew = target.heading - this.heading;
    if (askew !== 0) {
      const turn = Math.atan2(Math.sin(askew), Math.cos(askew));
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
