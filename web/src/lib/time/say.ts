// Marks and instants in words.
import type { AlarmKind, Mark } from '../api/types';
import type { Key } from '../i18n/index.svelte';
import { language, t, word } from '../i18n/index.svelte';
import { number, type Calendar } from '../i18n/format';
import { en } from '../i18n/en';
import { DAY, HOUR, MINUTE, SECOND } from './axis';

const kept = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, what: 'time' | 'seconds' | 'date'): Intl.DateTimeFormat {
  const key = `${language()}|${zone}|${what}`;
  const found = kept.get(key);
  if (found) return found;
  const shape: Intl.DateTimeFormatOptions =
    what === 'date' ? { month: 'short', day: 'numeric', weekday: 'short' } : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(what === 'seconds' ? { second: '2-digit' as const } : {}) };
  const made = new Intl.DateTimeFormat(language(), { timeZone: zone, ...shape });
  kept.set(key, made);
  return made;
}

/** Hours and minutes in the plant's time zone. */
export function minute(at: number, calendar: Calendar): string {
  return format(calendar.zone, 'time').format(calendar.epoch + at / 1_000);
}

/** Hours, minutes and seconds. */
export function second(at: number, calendar: Calendar): string {
  return format(calendar.zone, 'seconds').format(calendar.epoch + at / 1_000);
}

/** Day of the week and date. */
export function date(at: number, calendar: Calendar): string {
  return format(calendar.zone, 'date').format(calendar.epoch + at / 1_000);
}

/** A long span in its two largest units: `1 d 3 h`, `2 h 05 min`, `12 min`, `40 s`. */
export function lasting(us: number): string {
  const h = Math.floor(us / HOUR);
  const min = Math.floor((us % HOUR) / MINUTE);
  if (us >= DAY) return t('time.spanDays', { d: number(Math.floor(us / DAY)), h: number(h % 24) });
  if (h > 0) return t('time.spanHours', { h: number(h), min: String(min).padStart(2, '0') });
  return us >= 2 * MINUTE ? t('time.spanMinutes', { min: number(min) }) : t('time.spanSeconds', { s: number(us / SECOND) });
}

const ALARMS: ReadonlySet<string> = new Set(Object.keys(en).filter((key) => key.startsWith('alarm.')));

function what(mark: Mark): string {
  if (mark.kind === 'alarm') return ALARMS.has(`alarm.${mark.code}`) ? word('alarm', mark.code as AlarmKind) : mark.code;
  const key = `mark.${mark.code}`;
  return key in en ? t(key as 'mark.done' & Key) : mark.code;
}

/** `vehicle agv-7` in the reader's language. */
export function object(text: string): string {
  const space = text.indexOf(' ');
  const key = `kind.${text.slice(0, space)}`;
  return space > 0 && key in en ? `${t(key as 'kind.vehicle')} ${text.slice(space + 1)}` : text;
}

/** What a mark says, in a line. */
export function told(mark: Mark): string {
  return `${t(`mark.${mark.kind}`)}: ${object(mark.object)} · ${what(mark)}`;
}
