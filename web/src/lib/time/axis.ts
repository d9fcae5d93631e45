// A stretch of plant time on a line of pixels: zoom, shift, and ticks on round local times of the plant.
import type { Calendar } from '../i18n/format';

/** From when until when, plant time [us]. */
export interface Range {
  from: number;
  until: number;
}

export const SECOND = 1e6;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What is shown at least. */
const SHORTEST = 5 * MINUTE;

/** Steps between ticks. */
const STEPS = [
  SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY,
];

export function length(range: Range): number {
  return range.until - range.from;
}

/** Where an instant stands on a line so wide. */
export function x(at: number, range: Range, width: number): number {
  return ((at - range.from) / length(range)) * width;
}

/** The instant at a place on the line. */
export function at(place: number, range: Range, width: number): number {
  return range.from + (place / Math.max(1, width)) * length(range);
}

/** Shows `factor` times as much; the instant `fixed` stays where it is. Never more than `all` if that is longer than an hour. */
export function zoom(range: Range, factor: number, fixed: number, all: Range): Range {
  const longest = Math.max(length(all), HOUR);
  const wanted = Math.min(Math.max(length(range) * factor, SHORTEST), longest);
  const share = (fixed - range.from) / length(range);
  const from = fixed - share * wanted;
  return within({ from, until: from + wanted }, all);
}

/** Shifted so that it stays within `all`, where it fits. */
export function within(range: Range, all: Range): Range {
  const size = length(range);
  if (size >= length(all)) {
    // What is longer than all there is stands with all of it in view, at its end.
    return { from: all.until - size, until: all.until };
  }
  const from = Math.min(Math.max(range.from, all.from), all.until - size);
  return { from, until: from + size };
}

/** Shifted as little as needed for an instant to be in view, with some room around it. */
export function reveal(range: Range, instant: number): Range {
  const size = length(range);
  const room = size * 0.05;
  if (instant < range.from + room) return { from: instant - size * 0.25, until: instant + size * 0.75 };
  if (instant > range.until - room) return { from: instant - size * 0.75, until: instant + size * 0.25 };
  return range;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the plant's clocks are ahead of UTC at an instant [us]. */
export function offset(instant: number, calendar: Calendar): number {
  let format = formats.get(calendar.zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: calendar.zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formats.set(calendar.zone, format);
  }
  const ms = Math.floor((calendar.epoch + instant / 1_000) / 1_000) * 1_000;
  const read: Record<string, number> = {};
  for (const part of format.formatToParts(ms)) read[part.type] = Number(part.value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = read;
  return (Date.UTC(year, month - 1, day, hour, minute, second) - ms) * 1_000;
}

/** What the plant's clocks show, as us since 1970 of a calendar without zones. */
function local(instant: number, calendar: Calendar): number {
  return calendar.epoch * 1_000 + instant + offset(instant, calendar);
}

/** The instant at which the plant's clocks show this. In the hour that is skipped in spring: one hour later. */
function global(shown: number, calendar: Calendar): number {
  const plain = shown - calendar.epoch * 1_000;
  const first = plain - offset(plain, calendar);
  return plain - offset(first, calendar);
}

export interface Tick {
  at: number;
  /** Local midnight: the date is written too. */
  day: boolean;
}

/** The step between ticks for a line on which no two labels may be closer than `apart` pixels. */
export function step(range: Range, width: number, apart: number): number {
  const least = (length(range) / Math.max(1, width)) * apart;
  return STEPS.find((one) => one >= least) ?? STEPS.at(-1) ?? DAY;
}

/** Ticks on round local times of the plant; also right where the clocks are changed. */
export function ticks(range: Range, width: number, apart: number, calendar: Calendar): Tick[] {
  const by = step(range, width, apart);
  const made: Tick[] = [];
  const end = local(range.until, calendar);
  for (let shown = Math.ceil(local(range.from, calendar) / by) * by; shown <= end; shown += by) {
    const instant = global(shown, calendar);
    if (instant < range.from || instant > range.until || instant === made.at(-1)?.at) continue;
    made.push({ at: instant, day: shown % DAY === 0 });
  }
  return made;
}

/** For a field of type `datetime-local`: what the plant's clocks show. */
export function toField(instant: number, calendar: Calendar): string {
  return new Date(local(instant, calendar) / 1_000).toISOString().slice(0, 19);
}

/** The instant of such a field; `null` if it is empty. */
export function fromField(text: string, calendar: Calendar): number | null {
  const ms = Date.parse(`${text}Z`);
  return Number.isNaN(ms) ? null : global(ms * 1_000, calendar);
}

/** How far an arrow key goes: a round step, about a hundredth of what is shown. */
export function stride(range: Range): number {
  const least = length(range) / 150;
  return STEPS.findLast((one) => one <= least) ?? SECOND;
}
