// Which stretch of time the bar and the charts show: one for all of them, so that the cursor stands at the
// same place. It follows now until somebody zooms or shifts.
import { store } from '../store/store.svelte';
import { ahead } from './ahead.svelte';
import { HOUR, length, type Range } from './axis';
import { past } from './past.svelte';

/** Share of a following stretch that lies before now, with and without a forecast. */
const BEFORE = 0.72;
const ALONE = 0.97;

class Shown {
  /** How much is shown [us]; `null`: all there is. */
  size = $state<number | null>(4 * HOUR);
  /** Held there; `null`: it follows now. */
  held = $state.raw<Range | null>(null);

  /** Another length: about the cursor where it is held, else about now. */
  choose(size: number | null, cursor: number): void {
    this.size = size;
    if (size === null || Math.abs(cursor - store.now) < size / 10) this.held = null;
    else this.held = { from: cursor - size * 0.6, until: cursor + size * 0.4 };
  }

  /** Zoomed or shifted by hand; where now stands in its place, it goes on following. */
  hold(range: Range): void {
    this.size = length(range);
    this.held = range;
  }
}

export const shown = new Shown();

/** The stretch that is shown now. */
export function following(all: Range): Range {
  const { held } = shown;
  if (held) return held;
  // All there is, and a little room for what comes.
  const most = Math.max(HOUR / 2, length(all) * 1.03);
  if (shown.size === null) return { from: all.until - most, until: all.until + most * 0.01 };
  const size = Math.min(shown.size, most);
  const share = size === most ? Math.min(ALONE, Math.max(BEFORE / 2, 1 - (all.until - store.now) / size)) : all.until > store.now ? BEFORE : ALONE;
  // Where the journal is short, what is to come gets its room.
  const from = Math.max(store.now - size * share, Math.min(all.from - size * 0.02, all.until - size));
  return { from, until: from + size };
}

/** From the begin of the journal to the end of the forecast. */
export function everything(): Range {
  return { from: past.offered ? past.from : store.now, until: Math.max(store.now, ahead.shown?.until ?? 0) };
}
