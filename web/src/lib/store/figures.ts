// Small sums over rows that more than one panel shows.
import type { DeviceMode, OrderView } from '../api/types';

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
