// Orders as lanes: what was planned, what came of it, and what the forecast says, on one lane each.
import type { ForecastView, OrderForecast, OrderLine } from '../api/types';
import type { Ink } from './ink';
import type { Bar, Lane, Point } from './lanes';

/** What is known of an order, from the journal and from the forecast. */
export interface Plan {
  reference: string;
  product: string;
  quantity: number;
  done: number;
  released: number | null;
  due: number | null;
  /** First piece let in; `null` if none was. */
  begun: number | null;
  finished: number | null;
  forecast: OrderForecast | null;
}

/** Orders of the journal with what is to come of them; by due date, those without last. */
export function plans(lines: readonly OrderLine[], forecast: ForecastView | null): Plan[] {
  const ahead = new Map(forecast?.orders.map((one) => [one.reference, one]) ?? []);
  const made = lines.map((line): Plan => {
    const mine = line.finished == null ? (ahead.get(line.reference) ?? null) : null;
    return {
      reference: line.reference, product: line.product, quantity: line.quantity, done: line.points.at(-1)?.done ?? 0,
      released: line.released ?? null, due: line.due ?? null, begun: line.points.find((point) => point.entered > 0)?.at ?? null, finished: line.finished ?? null, forecast: mine,
    };
  });
  return made.toSorted((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity) || a.reference.localeCompare(b.reference, undefined, { numeric: true }));
}

/** It came late, or fewer than nine of ten paths bring it in time. */
export function troubled(plan: Plan, now: number): boolean {
  if (plan.due === null) return false;
  if (plan.finished !== null) return plan.finished > plan.due;
  return plan.due < now || plan.forecast?.at_risk === true;
}

/** When it is finished, or expected to be. */
export function finish(plan: Plan): number | null {
  return plan.finished ?? plan.forecast?.p50 ?? null;
}

/** Its lane. `now`: up to here it is known; `fan`: there are paths enough for deciles. */
export function lane(plan: Plan, now: number, fan: boolean, horizon: number, ink: Ink): Lane {
  const bars: Bar[] = [];
  const points: Point[] = [];
  const words = `${plan.reference} · ${plan.product} · ${plan.done}/${plan.quantity}`;
  const bad = troubled(plan, now);
  const begin = plan.released ?? plan.begun;
  if (plan.due !== null && begin !== null) bars.push({ from: begin, until: Math.max(begin, plan.due), fill: null, outline: ink['line-strong'], dashed: true });
  if (plan.begun !== null) {
    const until = Math.max(plan.begun, plan.finished ?? now);
    const late = plan.due !== null && until > plan.due ? Math.max(plan.due, plan.begun) : null;
    bars.push({ from: plan.begun, until: late ?? until, fill: ink['select-ground'], outline: ink.accent, top: 0.08, height: 0.84 });
    if (late !== null) bars.push({ from: late, until, fill: ink['abnormal-ground'], outline: ink.critical, top: 0.08, height: 0.84 });
    bars.push({ from: plan.begun, until, fill: null, text: words, beside: true, top: 0.08, height: 0.84 });
  } else if (begin !== null) {
    bars.push({ from: begin, until: Math.max(begin, plan.due ?? now), fill: null, text: words, beside: true });
  }
  if (plan.forecast) expected(plan.forecast, Math.max(now, plan.begun ?? now), fan, horizon, ink, bars, points);
  if (plan.due !== null) points.push({ at: plan.due, kind: 'flag', colour: bad ? ink.critical : ink.text });
  return { id: plan.reference, name: plan.reference, bad, bars, points };
}

function expected(one: OrderForecast, from: number, fan: boolean, horizon: number, ink: Ink, bars: Bar[], points: Point[]): void {
  const colour = one.at_risk ? ink.high : ink.low;
  bars.push({ from, until: one.p50 ?? horizon, fill: null, hatched: colour, outline: colour, dashed: true, top: 0.2, height: 0.6 });
  if (fan) {
    if (one.p10 != null) bars.push({ from: one.p10, until: one.p90 ?? horizon, fill: colour, top: 0.42, height: 0.16 });
  } else {
    for (const at of one.finish) if (at !== null) points.push({ at, kind: 'dot', colour });
  }
  if (one.p50 != null) points.push({ at: one.p50, kind: 'diamond', colour });
}
