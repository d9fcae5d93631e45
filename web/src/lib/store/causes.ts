// Alarms as an operator wants them: the first cause, and folded below it what it explains.
import type { AlarmStands, AlarmView, Priority } from '../api/types';

/** An alarm with those that it explains, however far down. */
export interface Cause {
  alarm: AlarmView;
  children: AlarmView[];
}

/** Lists of ISA-18.2: the operator's own, and those kept from it for a stated reason. */
export type Shelf = 'open' | 'shelved' | 'suppressed' | 'out';

const RANK: readonly Priority[] = ['critical', 'high', 'medium', 'low'];
const SHELVES: Partial<Record<AlarmStands, Shelf>> = { shelved: 'shelved', suppressed: 'suppressed', out_of_service: 'out' };

/** On which list an alarm is. */
export function shelf(alarm: AlarmView): Shelf {
  return SHELVES[alarm.state] ?? 'open';
}

/** On the operator's list: wrong or not acknowledged, and not kept from it. */
export function isOpen(alarm: AlarmView): boolean {
  return alarm.state !== 'normal' && shelf(alarm) === 'open';
}

/** Still wants somebody's acknowledgement. */
export function unseen(alarm: AlarmView): boolean {
  return alarm.state === 'unacknowledged' || alarm.state === 'returned';
}

/** Most urgent first; among equals those not acknowledged, then the oldest. */
export function urgency(a: AlarmView, b: AlarmView): number {
  return RANK.indexOf(a.priority) - RANK.indexOf(b.priority) || Number(unseen(b)) - Number(unseen(a)) || a.raised - b.raised || a.id - b.id;
}

/**
 * The farthest alarm above that passes `keep`; `undefined` if none does. Of alarms that explain each other in a
 * circle the oldest is the first cause of all.
 */
function above(alarm: AlarmView, all: ReadonlyMap<number, AlarmView>, keep: (one: AlarmView) => boolean): AlarmView | undefined {
  const chain = [alarm];
  let at = alarm.cause == null ? undefined : all.get(alarm.cause);
  while (at && !chain.includes(at)) {
    chain.push(at);
    at = at.cause == null ? undefined : all.get(at.cause);
  }
  const circle = at ? chain.slice(chain.indexOf(at)).sort((a, b) => a.id - b.id) : [];
  const first = circle.find(keep) ?? chain.findLast((one) => one !== alarm && keep(one));
  return first === alarm ? undefined : first;
}

/**
 * The operator's list: each open alarm that no other open one explains, with all that it explains below it,
 * suppressed or not. What only a shelved alarm explains stands on its own.
 */
export function causes(alarms: readonly AlarmView[]): Cause[] {
  const all = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  const below = new Map<number, AlarmView[]>();
  const firsts: AlarmView[] = [];
  for (const alarm of alarms) {
    if (alarm.state === 'normal') continue;
    const first = above(alarm, all, isOpen);
    if (first) below.set(first.id, [...(below.get(first.id) ?? []), alarm]);
    else if (isOpen(alarm)) firsts.push(alarm);
  }
  return firsts.sort(urgency).map((alarm) => ({ alarm, children: (below.get(alarm.id) ?? []).sort(urgency) }));
}

/** One of the lists, as causes; those beside the operator's own are flat. */
export function listed(alarms: readonly AlarmView[], list: Shelf): Cause[] {
  if (list === 'open') return causes(alarms);
  return alarms.filter((alarm) => shelf(alarm) === list).sort(urgency).map((alarm) => ({ alarm, children: [] }));
}

/** Those of which the first cause or one below it has the priority and all the words. */
export function found(list: readonly Cause[], words: string, priority: Priority | '', text: (alarm: AlarmView) => string): Cause[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (alarm: AlarmView): boolean => {
    if (priority && alarm.priority !== priority) return false;
    const said = text(alarm).toLowerCase();
    return wanted.every((word) => said.includes(word));
  };
  return list.filter((one) => fits(one.alarm) || one.children.some(fits));
}

/** How many open alarms there are of each priority, most urgent first, and how many of them nobody has acknowledged. */
export function byPriority(alarms: readonly AlarmView[]): { priority: Priority; count: number; unseen: number }[] {
  return RANK.map((priority) => {
    const these = alarms.filter((alarm) => alarm.priority === priority && isOpen(alarm));
    return { priority, count: these.length, unseen: these.filter(unseen).length };
  });
}
