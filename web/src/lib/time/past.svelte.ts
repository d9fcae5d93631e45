// What can be shown of the past, and the marks in the stretch that the time bar shows. Asked anew every
// few seconds while somebody looks; a server without a journal is asked once.
import { get } from '../api/client';
import type { Mark } from '../api/types';
import { MINUTE, type Range } from './axis';
import { join } from './marks';

const EVERY = 5_000;
/** From time to time everything in view is asked for again: an alarm that was open may be over. */
const WHOLE = 12;
/** Marks that began shortly before are asked for again with the new ones. */
const AGAIN = MINUTE;

class Past {
  /** `null`: not known yet. */
  offered = $state<boolean | null>(null);
  from = $state(0);
  to = $state(0);
  /** Stretch in view, oldest first. */
  marks = $state.raw<Mark[]>([]);
  /** There are older marks in view than were given. */
  more = $state(false);
  #seen = 0;
  #range: Range | null = null;
  #round = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: Promise<void> | null = null;

  get all(): Range {
    return { from: this.from, until: this.to };
  }

  start(): void {
    if (this.#timer === undefined) this.#later(0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The time bar shows this now. */
  look(range: Range): void {
    const known = this.#range;
    if (known && range.from >= known.from && range.until <= known.until) return;
    const room = (range.until - range.from) / 2;
    this.#range = { from: range.from - room, until: range.until + room };
    this.#round = 0;
    if (this.#timer !== undefined) this.#later(150);
  }

  /** Asks now how far the past reaches. */
  refresh(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.refresh().then(() => {
        if (this.#timer !== undefined && this.offered !== false) this.#later(EVERY);
      });
    }, ms);
  }

  async #ask(): Promise<void> {
    const range = this.#range;
    const whole = this.#round % WHOLE === 0;
    const from = range ? (whole ? range.from : Math.max(range.from, this.#seen - AGAIN)) : undefined;
    const query = range && from !== undefined ? { from: Math.round(Math.min(from, range.until)), until: Math.round(range.until) } : {};
    const asked = await get('/api/v1/history', { query });
    if (!asked.ok) {
      if (asked.fault.status === 404 || asked.fault.status === 501) this.offered = false;
      return;
    }
    const { value } = asked;
    this.offered = true;
    this.from = value.from;
    this.to = value.to;
    this.#seen = value.seen;
    // Another stretch may have come into view meanwhile: then this is not all of it.
    if (range !== this.#range) return;
    this.#round += 1;
    if (whole) this.more = value.more;
    this.marks = whole ? value.marks : join(this.marks, value.marks);
  }
}

export const past = new Past();
