// Figures, lengths, speeds, times as people of a plant write them. Instants are in the plant's own time
// zone, never in the browser's.
import { language } from './index.svelte';

/** A plant's clock against the calendar. */
export interface Calendar {
  /** UTC of plant time 0 [ms]. */
  epoch: number;
  /** IANA time zone. */
  zone: string;
}

const kept = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function cached<F extends Intl.DateTimeFormat | Intl.NumberFormat>(key: string, make: () => F): F {
  const found = kept.get(key);
  if (found) return found as F;
  const made = make();
  kept.set(key, made);
  return made;
}

/** A figure with the language's separators. */
export function number(value: number, digits = 0): string {
  const tongue = language();
  const format = cached(`n|${tongue}|${digits}`, () => new Intl.NumberFormat(tongue, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  return format.format(value);
}

/** Parts per thousand as per cent. */
export function permille(value: number): string {
  return `${number(value / 10, 1)} %`;
}

/** A length [mm] in m. */
export function metres(mm: number, digits = 1): string {
  return `${number(mm / 1_000, digits)} m`;
}

/** A speed [mm/s] in m/s. */
export function speed(mmPerSecond: number): string {
  return `${number(mmPerSecond / 1_000, 2)} m/s`;
}

/** A span [us] as `1:02:03`, or `2:03` below an hour. */
export function span(us: number): string {
  const s = Math.max(0, Math.round(us / 1e6));
  const two = (n: number): string => String(n).padStart(2, '0');
  const h = Math.floor(s / 3_600);
  const m = Math.floor(s / 60) % 60;
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

function parts(zone: string, seconds: boolean): Intl.DateTimeFormat {
  const tongue = language();
  return cached(`t|${tongue}|${zone}|${seconds}`, () =>
    // Year first: 01/02/2026 is another day to an American than to a European.
    new Intl.DateTimeFormat(tongue === 'en' ? 'en-CA' : tongue, {
      timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
      ...(seconds ? { second: '2-digit' as const } : {}), hourCycle: 'h23',
    }),
  );
}

/** Date and time of a plant time [us], in the plant's time zone. */
export function instant(us: number, calendar: Calendar, seconds = true): string {
  return parts(calendar.zone, seconds).format(calendar.epoch + us / 1_000);
}

/** Time of day of a plant time [us], in the plant's time zone. */
export function timeOfDay(us: number, calendar: Calendar): string {
  const tongue = language();
  const format = cached(`d|${tongue}|${calendar.zone}`, () =>
    new Intl.DateTimeFormat(tongue, { timeZone: calendar.zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
  );
  return format.format(calendar.epoch + us / 1_000);
}

/** Date and time of an RFC 3339 text, in the plant's time zone. */
export function stamp(text: string, calendar: Calendar): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : parts(calendar.zone, false).format(ms);
}

/** A figure with its sign, so that more and less are told apart at once. */
export function signed(value: number, digits = 0): string {
  const text = number(Math.abs(value), digits);
  const nothing = number(0, digits);
  return text === nothing ? text : `${value < 0 ? '\u2212' : '+'}${text}`;
}

/** A span [us] with its sign. */
export function spanSigned(us: number): string {
  const text = span(Math.abs(us));
  return text === '0:00' ? text : `${us < 0 ? '\u2212' : '+'}${text}`;
}

/** Day and time of a plant time [us] without the year: for tables of what is near. */
export function near(us: number, calendar: Calendar): string {
  const tongue = language();
  const format = cached(`s|${tongue}|${calendar.zone}`, () =>
    new Intl.DateTimeFormat(tongue, { timeZone: calendar.zone, month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  );
  return format.format(calendar.epoch + us / 1_000);
}
