// How far finish dates of an order lie apart.
import type { OrderForecast } from '../api/types';

/** Deciles of a fan; of fewer paths their first and last. `null`: beyond the horizon. */
export function spread(order: OrderForecast, fan: boolean): { from: number | null; until: number | null } {
  if (fan) return { from: order.p10 ?? null, until: order.p90 ?? null };
  const told = order.finish.filter((one): one is number => one !== null);
  if (told.length === 0) return { from: null, until: null };
  return { from: Math.min(...told), until: told.length < order.finish.length ? null : Math.max(...told) };
}
