// What may be asked of each thing, in its state, by whom. The table of rights is the server's own
// (docs/api.md); here it only decides what is offered.
import type {
  AccessView, Act, AlarmView, DeviceMode, LoadAt, OrderView, PriceAsked, Role, ShelfWhy, SlotView, StationView, TransportView, VehicleView,
} from '../api/types';

export type ActWord = Act['act'];
type Without<T> = T extends unknown ? Omit<T, 'revision'> : never;
/** An act without the revision that it is decided on. */
export type What = Without<Act>;

/** What is asked of the person. `charger` in a place: the nearest one. */
export type Field = 'reason' | 'priority' | 'to' | 'at' | 'mode' | 'why' | 'shelfTime' | 'lasts' | 'reference' | 'product' | 'quantity' | 'due' | 'stands' | 'carrier';
export type Answers = Partial<Record<Field, string>>;

/** What an act is done to: a row that has a revision. */
export type Target =
  | { kind: 'vehicle' | 'station' | 'order' | 'area' | 'slot'; name: string }
  | { kind: 'transport' | 'alarm'; name: string; id: number }
  | { kind: 'clock' | 'new'; name: string };

export interface Offer {
  word: ActWord;
  target: Target;
  needs: Role;
  /** Machines move or stop. */
  iron: boolean;
  /** Looked at twice before it is sent: iron, and what has a price. */
  twice: boolean;
  /** What it costs can be told beforehand. */
  priced: boolean;
  fields: Field[];
  /** Another title than that of the act. */
  title?: 'acts.backInService' | 'acts.stopSending';
  what: (answers: Answers) => What;
  /** Modes to choose from, for `mode`. */
  modes?: DeviceMode[];
}

const NEEDS: Record<ActWord, Role> = {
  acknowledge_alarm: 'operator', confirm_load: 'operator', count_slot: 'operator', request_access: 'operator', withdraw_access: 'operator', hold_vehicle: 'operator',
  release_order: 'supervisor', hold_order: 'supervisor', resume_order: 'supervisor', cancel_order: 'supervisor', prioritise_order: 'supervisor',
  send_vehicle: 'supervisor', withdraw_vehicle: 'supervisor', resume_vehicle: 'supervisor', readmit_vehicle: 'supervisor',
  hold_station: 'supervisor', resume_station: 'supervisor', shelve_alarm: 'supervisor', unshelve_alarm: 'supervisor', out_of_service: 'supervisor',
  set_mode: 'engineer', pause: 'engineer', go_on: 'engineer',
};
/** Whatever makes vehicles or machines move or stand, or changes the books that move them. */
const IRON: readonly ActWord[] = [
  'hold_vehicle', 'resume_vehicle', 'readmit_vehicle', 'send_vehicle', 'withdraw_vehicle', 'hold_station', 'resume_station', 'confirm_load', 'count_slot',
  'request_access', 'withdraw_access', 'set_mode', 'pause', 'go_on',
];
const PRICED: readonly ActWord[] = [
  'request_access', 'hold_vehicle', 'send_vehicle', 'hold_station', 'release_order', 'hold_order', 'cancel_order', 'prioritise_order',
];

function offer(word: ActWord, target: Target, fields: Field[], what: Offer['what'], more: Partial<Offer> = {}): Offer {
  const iron = IRON.includes(word);
  const priced = PRICED.includes(word);
  return { word, target, fields, what, needs: NEEDS[word], iron, twice: iron || priced, priced, ...more };
}

const MODES: readonly DeviceMode[] = ['off', 'simulated', 'shadow', 'real'];

function modeOffer(target: Target, now: DeviceMode, modes: readonly DeviceMode[]): Offer {
  const others = modes.filter((mode) => mode !== now);
  const what = (a: Answers): What => ({ act: 'set_mode', device: target.name, mode: (a.mode ?? 'off') as DeviceMode });
  return offer('set_mode', target, ['mode'], what, { modes: others });
}

export function ofVehicle(row: VehicleView): Offer[] {
  const target: Target = { kind: 'vehicle', name: row.name };
  const vehicle = row.name;
  const offers: Offer[] = [];
  if (row.by_word) offers.push(offer('resume_vehicle', target, [], () => ({ act: 'resume_vehicle', vehicle })));
  else offers.push(offer('hold_vehicle', target, ['reason', 'lasts'], (a) => ({ act: 'hold_vehicle', vehicle, reason: a.reason ?? '' })));
  const to = (a: Answers): What => ({ act: 'send_vehicle', vehicle, to: !a.to || a.to === 'charger' ? 'charger' : { node: a.to.replace(/^node:/, '') } });
  if (row.sent == null) offers.push(offer('send_vehicle', target, ['to', 'lasts'], to));
  else offers.push(offer('send_vehicle', target, [], () => ({ act: 'send_vehicle', vehicle, to: null }), { title: 'acts.stopSending', priced: false }));
  offers.push(offer('withdraw_vehicle', target, [], () => ({ act: 'withdraw_vehicle', vehicle })));
  offers.push(offer('readmit_vehicle', target, [], () => ({ act: 'readmit_vehicle', vehicle })));
  offers.push(modeOffer(target, row.mode, MODES));
  return offers;
}

export function ofStation(row: StationView): Offer[] {
  const target: Target = { kind: 'station', name: row.name };
  const station = row.name;
  const hold = row.held
    ? offer('resume_station', target, [], () => ({ act: 'resume_station', station }))
    : offer('hold_station', target, ['reason', 'lasts'], (a) => ({ act: 'hold_station', station, reason: a.reason ?? '' }));
  return [hold, modeOffer(target, row.mode, ['simulated', 'real'])];
}

/** Nothing can be done to an order of which every piece is in. */
export function ofOrder(row: OrderView): Offer[] {
  if (row.entered + row.cancelled >= row.quantity) return [];
  const target: Target = { kind: 'order', name: row.reference };
  const order = row.reference;
  return [
    row.held
      ? offer('resume_order', target, [], () => ({ act: 'resume_order', order }))
      : offer('hold_order', target, ['lasts'], () => ({ act: 'hold_order', order })),
    offer('prioritise_order', target, ['priority'], (a) => ({ act: 'prioritise_order', order, priority: Number(a.priority) })),
    offer('cancel_order', target, [], () => ({ act: 'cancel_order', order })),
  ];
}

export function ofTransport(row: TransportView): Offer[] {
  const target: Target = { kind: 'transport', name: String(row.id), id: row.id };
  return [offer('confirm_load', target, ['at'], (a) => ({ act: 'confirm_load', transport: row.id, at: (a.at ?? 'origin') as LoadAt }))];
}

/** Somebody has looked what stands there. */
export function ofSlot(row: SlotView): Offer[] {
  const slot = row.name;
  const what = (a: Answers): What => ({ act: 'count_slot', slot, carrier: a.stands === 'carrier' ? (a.carrier ?? '') : null });
  return [offer('count_slot', { kind: 'slot', name: slot }, ['stands', 'carrier'], what)];
}

export function ofAlarm(row: AlarmView): Offer[] {
  const target: Target = { kind: 'alarm', name: row.object, id: row.id };
  const alarm = row.id;
  const offers: Offer[] = [];
  const point = (out: boolean): What => ({ act: 'out_of_service', object: row.object, code: row.code, out });
  if (row.state === 'out_of_service') return [offer('out_of_service', target, [], () => point(false), { title: 'acts.backInService' })];
  if (row.state === 'unacknowledged' || row.state === 'returned') offers.push(offer('acknowledge_alarm', target, [], () => ({ act: 'acknowledge_alarm', alarm })));
  const shelve = (a: Answers): What => ({ act: 'shelve_alarm', alarm, seconds: Number(a.shelfTime), why: (a.why ?? 'being_repaired') as ShelfWhy });
  if (row.state === 'shelved') offers.push(offer('unshelve_alarm', target, [], () => ({ act: 'unshelve_alarm', alarm })));
  else if (row.state !== 'suppressed') offers.push(offer('shelve_alarm', target, ['why', 'shelfTime'], shelve));
  offers.push(offer('out_of_service', target, [], () => point(true)));
  return offers;
}

/** Once the interlock permits, or somebody is inside, only they end the window. */
export function ofArea(row: AccessView): Offer[] {
  const target: Target = { kind: 'area', name: row.zone };
  const zone = row.zone;
  if (row.state === 'closed') return [offer('request_access', target, ['reason', 'lasts'], (a) => ({ act: 'request_access', zone, reason: a.reason ?? '' }))];
  if (row.state === 'permitted' || row.state === 'open' || row.persons > 0) return [];
  return [offer('withdraw_access', target, [], () => ({ act: 'withdraw_access', zone }))];
}

export function newOrder(): Offer {
  const what = (a: Answers): What => ({ act: 'release_order', reference: a.reference ?? '', product: a.product ?? '', quantity: Number(a.quantity), due: a.due ?? '' });
  return offer('release_order', { kind: 'new', name: '' }, ['reference', 'product', 'quantity', 'due'], what);
}

export function ofClock(paused: boolean): Offer {
  const act = paused ? 'go_on' : 'pause';
  return offer(act, { kind: 'clock', name: '' }, [], () => ({ act }));
}

/** What is asked of the forecast for the price of an act. */
export function priceAsked(what: What, lasts: string | undefined): PriceAsked {
  const minutes = Number(lasts);
  return { ...what, paths: 5, minutes: 120, ...(minutes > 0 ? { lasts: minutes } : {}) } as PriceAsked;
}
