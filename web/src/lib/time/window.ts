// Which window of time lines to ask for: what is shown with some room, no longer than the server gives,
// and not again while what is there covers it.
import { HOUR, length, type Range } from './axis';

/** Longest window of time lines. */
export const LINES = 48 * HOUR;

/** What to ask for so that `range` can be shown: nearest to `near` where it is too long; `null`: nothing of it is past. */
export function wanted(range: Range, near: number, all: Range, longest = LINES, roomy = true): Range | null {
  const from = Math.max(range.from, all.from);
  const until = Math.min(range.until, all.until);
  if (until <= from) return null;
  if (until - from <= longest) {
    if (!roomy) return { from, until };
    const room = Math.min((until - from) / 4, (longest - (until - from)) / 2);
    return { from: Math.max(all.from, from - room), until: Math.min(all.until, until + room) };
  }
  const middle = Math.min(Math.max(near, from + longest / 2), until - longest / 2);
  return { from: middle - longest / 2, until: middle + longest / 2 };
}

/** What was asked for still shows this: all of it that is past, as far as it was known then. */
export function covers(had: Range | null, range: Range, all: Range, longest = LINES): boolean {
  if (!had) return false;
  const from = Math.max(range.from, all.from);
  const until = Math.min(range.until, all.until);
  if (until - from > longest) return had.from < until && had.until > from && length(had) >= longest * 0.99;
  return had.from <= from && had.until >= until;
}
