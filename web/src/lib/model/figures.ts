// Figures of a comparison as people read them.
import type { EstimateView, FigureView } from '../api/types';
import { number, signed } from '../i18n/format';
import { type PlainKey, t } from '../i18n/index.svelte';

/** How a figure is written: what it is multiplied with, and how many digits follow the point. */
interface Form {
  key: PlainKey;
  by: number;
  digits: number;
}

const SHARE = { by: 100, digits: 1 };
const FORMS: Record<string, Form> = {
  output_per_hour: { key: 'model.output_per_hour', by: 1, digits: 1 },
  transports_per_hour: { key: 'model.transports_per_hour', by: 1, digits: 1 },
  work_in_progress: { key: 'model.work_in_progress', by: 1, digits: 0 },
  transport_time_s: { key: 'model.transport_time_s', by: 1, digits: 1 },
  transport_wait_s: { key: 'model.transport_wait_s', by: 1, digits: 1 },
  takt_s: { key: 'model.takt_s', by: 1, digits: 3 },
  scrap: { key: 'model.scrap', by: 1, digits: 1 },
  cycle_time_s: { key: 'model.cycle_time_s', by: 1 / 3_600, digits: 2 },
  utilisation: { key: 'model.utilisation', ...SHARE },
  parked: { key: 'model.parked', ...SHARE },
  empty: { key: 'model.empty', ...SHARE },
  loaded: { key: 'model.loaded', ...SHARE },
  waiting: { key: 'model.waiting', ...SHARE },
  handling: { key: 'model.handling', ...SHARE },
  charging: { key: 'model.charging', ...SHARE },
  stopped: { key: 'model.stopped', ...SHARE },
  oee: { key: 'model.oee', ...SHARE },
  idle: { key: 'model.idle', ...SHARE },
  blocked: { key: 'model.blocked', ...SHARE },
  down: { key: 'model.down', ...SHARE },
};

/** Name and form of a figure; none for one that this page does not know. */
export const formOf = (figure: FigureView): Form | undefined => FORMS[figure.what];

/** `1,234.5 ± 6.7`; a dash for nothing. */
export function estimate(value: EstimateView | null | undefined, { by, digits }: Form): string {
  if (!value) return '–';
  const half = value.low == null || value.high == null ? '' : ` ± ${number(((value.high - value.low) / 2) * by, digits)}`;
  return number(value.mean * by, digits) + half;
}

/** `+12.3 (+1.1 to +23.5)`. */
export function difference(value: EstimateView | null | undefined, { by, digits }: Form): string {
  if (!value) return '–';
  const mean = signed(value.mean * by, digits);
  return value.low == null || value.high == null ? mean : `${mean} (${signed(value.low * by, digits)} … ${signed(value.high * by, digits)})`;
}

export type Verdict = 'better' | 'worse' | 'other' | 'unclear';

/** What the difference means. */
export function verdict(figure: FigureView): Verdict {
  if (!figure.beyond_doubt || !figure.difference) return 'unclear';
  if (figure.better === 'neither') return 'other';
  return figure.difference.mean > 0 === (figure.better === 'more') ? 'better' : 'worse';
}

const KINDS: Record<string, PlainKey> = {
  dock: 'spot.dock', charger: 'spot.charger', parking: 'spot.parking', station: 'kind.station', buffer: 'kind.buffer', area: 'kind.area',
  street: 'model.street', node: 'model.node', edge: 'model.edge',
};

/** `charger C1` in the reader's words. */
export function elementOf(element: string | null | undefined): string {
  if (!element) return '';
  const [kind = '', ...name] = element.split(' ');
  const key = KINDS[kind];
  return key ? `${t(key)} ${name.join(' ')}` : element;
}
