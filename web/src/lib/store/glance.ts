// The plant at one glance: sums over rows, without any words.
import type { ForecastView, OrderView, StationState, StationView, VehicleDoes, VehicleView } from '../api/types';
import { left, openOrders } from './figures';

export const DOES: readonly VehicleDoes[] = ['loaded', 'empty', 'handling', 'waiting', 'parked', 'charging', 'stopped'];
export const UNITS: readonly StationState[] = ['execute', 'idle', 'setup', 'blocked', 'down', 'maintenance', 'off'];

export interface Count<Word> {
  word: Word;
  count: number;
}

function counted<Word extends string>(words: readonly Word[], of: readonly Word[]): Count<Word>[] {
  return words.map((word) => ({ word, count: of.filter((one) => one === word).length }));
}

export function fleet(vehicles: readonly VehicleView[]): Count<VehicleDoes>[] {
  return counted(DOES, vehicles.map((row) => row.state));
}

export function units(stations: readonly StationView[]): Count<StationState>[] {
  return counted(UNITS, stations.map((row) => row.state));
}

/** An order as the overview shows it. Times in µs since the plant's epoch. */
export interface Promised {
  reference: string;
  product: string;
  quantity: number;
  done: number;
  due: number | null;
  p10: number | null;
  p50: number | null;
  p90: number | null;
  /** Share of paths in time, 0 to 1; `null`: no forecast tells. */
  onTime: number | null;
  late: boolean;
  atRisk: boolean;
}

/**
 * Open orders, those most at risk first. With a forecast an order is at risk if fewer than nine of ten paths are in
 * time; without one only if it is late already. `epoch` is UTC of plant time 0 [ms], `now` plant time [µs].
 */
export function promised(orders: readonly OrderView[], forecast: ForecastView | null, epoch: number, now: number): Promised[] {
  const ahead = new Map(forecast?.n ? forecast.orders.map((one) => [one.reference, one]) : []);
  const rows = openOrders(orders).map((order): Promised => {
    const one = ahead.get(order.reference);
    const due = order.due ? (Date.parse(order.due) - epoch) * 1_000 : null;
    const late = due !== null && now > due && left(order) > 0;
    return {
      reference: order.reference, product: order.product, quantity: order.quantity - order.cancelled, done: order.done, due,
      p10: one?.p10 ?? null, p50: one?.p50 ?? null, p90: one?.p90 ?? null, onTime: one?.on_time?.share ?? null,
      late, atRisk: late || (one?.at_risk ?? false),
    };
  });
  const slack = (row: Promised): number => (row.due ?? Infinity) - (row.p50 ?? now);
  return rows.sort((a, b) => Number(b.atRisk) - Number(a.atRisk) || slack(a) - slack(b) || a.reference.localeCompare(b.reference));
}

/** Batteries by tenths: how many vehicles have 0 to 10 %, 10 to 20 % and so on. */
export function batteries(vehicles: readonly VehicleView[]): { bins: number[]; lowest: VehicleView | undefined; mean: number; low: number } {
  const bins = Array.from({ length: 10 }, () => 0);
  let lowest: VehicleView | undefined;
  let sum = 0;
  for (const row of vehicles) {
    const bin = Math.min(9, Math.floor(row.battery / 100));
    bins[bin] = (bins[bin] ?? 0) + 1;
    sum += row.battery;
    if (!lowest || row.battery < lowest.battery) lowest = row;
  }
  return { bins, lowest, mean: vehicles.length > 0 ? sum / vehicles.length : 0, low: vehicles.filter((row) => row.battery < 200).length };
}
