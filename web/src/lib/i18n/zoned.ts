// Wall time of the plant's zone as people type it, and back.

const KEPT = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
  let found = KEPT.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    KEPT.set(zone, found);
  }
  return found;
}

/** UTC [ms] as `2026-01-31T08:30` in a zone: what an input of kind `datetime-local` takes. */
export function local(ms: number, zone: string): string {
  const part = Object.fromEntries(clock(zone).formatToParts(ms).map(({ type, value }) => [type, value]));
  return `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}`;
}

/** `2026-01-31T08:30` in a zone as RFC 3339 in UTC; `null` for what is no time. Of an hour that comes twice the first. */
export function utc(text: string, zone: string): string | null {
  const asUtc = Date.parse(`${text}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) || Number.isNaN(asUtc)) return null;
  const offset = (at: number): number => Date.parse(`${local(at, zone)}:00Z`) - at;
  const guesses = [asUtc - offset(asUtc - 86_400_000), asUtc - offset(asUtc + 86_400_000)];
  const fits = guesses.filter((ms) => local(ms, zone) === text);
  return new Date(fits.length > 0 ? Math.min(...fits) : (guesses[0] ?? asUtc)).toISOString().replace('.000Z', 'Z');
}
