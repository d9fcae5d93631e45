// Small sums over rows that more than one panel shows.
import type { AlarmStands, AlarmView, DeviceMode, OrderView, Priority } from '../api/types';

const SILENT: readonly AlarmStands[] = ['shelved', 'suppressed', 'out_of_service', 'normal'];
const RANK: readonly Priority[] = ['critical', 'high', 'medium', 'low'];

/** It is kept from the operator's list: shelved, explained by another, or out of service. */
export function silent(alarm: AlarmView): boolean {
  return SILENT.includes(alarm.state);
}

/** Alarms on the operator's list, most urgent first, then oldest. */
export function openAlarms(alarms: readonly AlarmView[]): AlarmView[] {
  const rank = (alarm: AlarmView): number => RANK.indexOf(alarm.priority);
  return alarms.filter((alarm) => !silent(alarm)).sort((a, b) => rank(a) - rank(b) || a.raised - b.raised);
}

/** Pieces of an order that still have to come out good. */
export function left(order: OrderView): number {
  return Math.max(0, order.quantity - order.cancelled - order.done);
}

/** Orders that are not done. */
export function openOrders(orders: readonly OrderView[]): OrderView[] {
  return orders.filter((order) => left(order) > 0);
}

/** Links that should be up, and those that are: of a device that is off nobody expects one. */
export function linked(devices: readonly { link: boolean; mode: DeviceMode }[]): { all: number; up: number } {
  const wanted = devices.filter((row) => row.mode !== 'off');
  return { all: wanted.length, up: wanted.filter((row) => row.link).length };
}
