// How long the page's script works on a frame, and whether the machine keeps up.

/** What tests and the curious may read: `window.fenhe.frame`. */
export interface FrameFigures {
  /** Script time of a frame, median of the last ones [ms]. */
  median: number;
  /** The same, 95 of 100 [ms]. */
  p95: number;
  /** Time from frame to frame, median [ms]. */
  interval: number;
  /** Frames the figures are made of. */
  frames: number;
}

const KEPT = 240;
/** Slower than this from frame to frame, most of the time, the machine draws less [ms]. */
const SLOW = 50;
const JUDGED = 45;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export class FrameMeter {
  #work: number[] = [];
  #gaps: number[] = [];
  #last = 0;

  /** A frame began at the first time and its script ended at the second [ms]. */
  frame(begin: number, end: number, whole: boolean): void {
    this.#work.push(end - begin);
    if (this.#work.length > KEPT) this.#work.shift();
    const gap = begin - this.#last;
    // A hidden page draws nothing; that says nothing about the machine.
    if (whole && this.#last > 0 && gap < 1_000) {
      this.#gaps.push(gap);
      if (this.#gaps.length > KEPT) this.#gaps.shift();
    }
    this.#last = begin;
  }

  /** Most frames come too late. */
  get slow(): boolean {
    if (this.#gaps.length < JUDGED) return false;
    return quantile(this.#gaps.slice(-JUDGED).sort((a, b) => a - b), 0.5) > SLOW;
  }

  /** Forgets the intervals: they were of another way to draw. */
  again(): void {
    this.#gaps = [];
  }

  get figures(): FrameFigures {
    const work = this.#work.toSorted((a, b) => a - b);
    const gaps = this.#gaps.toSorted((a, b) => a - b);
    return { median: quantile(work, 0.5), p95: quantile(work, 0.95), interval: quantile(gaps, 0.5), frames: work.length };
  }
}
