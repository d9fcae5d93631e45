// The clock of a picture of another time: it stands, or runs at a speed that a person chose, and never
// past what has been loaded.
import { PlantClock } from '../feed/clock';

export class TravelClock extends PlantClock {
  #at: number;
  #wall: number;
  #speed = 0;
  #until: number;

  constructor(at: number, wall: number) {
    super();
    this.#at = at;
    this.#wall = wall;
    this.#until = at;
  }

  /** Stands or runs on from here; `speed` 0 stands. */
  set(at: number, speed: number, until: number, wall: number): void {
    this.#at = at;
    this.#speed = speed;
    this.#until = Math.max(at, until);
    this.#wall = wall;
  }

  /** More has been loaded: it goes on from where it is, without a jump. */
  extend(until: number, wall: number): void {
    if (until === this.#until) return;
    this.set(this.now(wall), this.#speed, until, wall);
  }

  override get rate(): number {
    return this.#speed;
  }

  override now(wall: number): number {
    return Math.min(this.#at + this.#speed * Math.max(0, wall - this.#wall) * 1_000, this.#until);
  }
}
