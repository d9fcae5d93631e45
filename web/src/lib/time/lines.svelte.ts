// Time lines of what is shown, fetched as it comes into view and again while it goes on.
import { type Fault, get, type Result } from '../api/client';
import type { OrderLines, TimeLines } from '../api/types';
import { length, MINUTE, type Range, SECOND } from './axis';
import { past } from './past.svelte';
import { covers, LINES, wanted } from './window';

/** Waits until the stretch has stood still [ms]. */
const STILL = 250;
const EVERY = 10_000;
/** A stretch that follows now by less than this share of it is still the same for sums. */
const DRIFT = 0.01;
/** Less than this is not asked for where the server has too much to tell. */
const LEAST = 10 * MINUTE;

export class Fetched<T> {
  value = $state.raw<T | null>(null);
  fault = $state.raw<Fault | null>(null);
  busy = $state(false);
  /** What is there; shorter than wanted where there was too much. */
  range = $state.raw<Range | null>(null);
  /** It is less than was wanted of the past: the server gives no more at once. */
  short = $state(false);
  #wanted: { range: Range; near: number } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #longest = LINES;
  #ended = false;
  #moved = false;

  constructor(
    private readonly ask: (range: Range) => Promise<Result<T>>,
    /** Sums are made over what is asked for: nothing but what is shown then. */
    private readonly exact = false,
  ) {}

  /** This is in view; the cursor is at `near`. */
  look(range: Range, near: number): void {
    const before = this.#wanted;
    this.#wanted = { range, near };
    if (before && !this.exact && covers(this.range, range, past.all, this.#longest)) return;
    if (before && this.exact && Math.abs(before.range.from - range.from) + Math.abs(before.range.until - range.until) < DRIFT * length(range)) {
      this.#wanted = before;
      return;
    }
    // A stretch that follows now moves all the time: this waits from its first move on, not from its last.
    if (!this.#moved) this.#later(STILL);
    this.#moved = true;
  }

  /** Asks for everything again, as for something else. */
  again(): void {
    this.range = null;
    this.#later(0);
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#ended) this.#timer = setTimeout(() => void this.#fetch(), ms);
  }

  async #fetch(): Promise<void> {
    this.#moved = false;
    const now = this.#wanted;
    const window = now && past.offered ? wanted(now.range, now.near, past.all, this.#longest, !this.exact) : null;
    if (!now || !window || this.busy) {
      this.#later(this.busy ? STILL : EVERY);
      return;
    }
    this.busy = true;
    const asked = await this.ask({ from: Math.round(window.from), until: Math.round(window.until) });
    this.busy = false;
    if (asked.ok) {
      this.value = asked.value;
      this.fault = null;
      this.range = window;
      this.short = length(window) < Math.min(now.range.until, past.to) - Math.max(now.range.from, past.from) - SECOND;
    } else if (asked.fault.code === 'history/many' && length(window) > LEAST) {
      // Half as much, nearest to the cursor.
      this.#longest = length(window) / 2;
      this.#later(0);
      return;
    } else {
      this.fault = asked.fault;
    }
    this.#later(EVERY);
  }
}

export function orderLines(): Fetched<OrderLines> {
  return new Fetched((range) => get('/api/v1/timelines/orders', { query: { ...range } }));
}

export function timeLines(of?: () => { station?: string; vehicle?: string }, exact = false): Fetched<TimeLines> {
  return new Fetched((range) => get('/api/v1/timelines', { query: { ...range, ...of?.() } }), exact);
}
