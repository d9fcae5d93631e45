// The guided tour: where each of its steps leads, and which part of the screen it is about.
import { causes, isOpen, urgency } from './store/causes';
import { openOrders } from './store/figures';
import { address, type Selection } from './store/link.svelte';
import { store } from './store/store.svelte';
import { selectionOf } from './store/where';

/** In order; each has a title and a sentence in the catalogues. */
export const STEPS = ['plant', 'alarm', 'place', 'order', 'time', 'act', 'end'] as const;
export type Step = (typeof STEPS)[number];

interface Stop {
  view: string;
  selection: () => Selection | null;
  /** What is outlined. */
  about: string;
}

/** The alarm that somebody should see to first. */
function firstAlarm(): Selection | null {
  const open = causes(store.alarms.filter(isOpen)).map((cause) => cause.alarm);
  const first = open.toSorted(urgency)[0];
  return first ? { kind: 'alarm', name: String(first.id) } : null;
}

/** What that is about, if it stands on the plan. */
function itsPlace(): Selection | null {
  const chosen = firstAlarm();
  const alarm = store.alarms.find((one) => String(one.id) === chosen?.name);
  const about = alarm ? selectionOf(alarm.object) : null;
  return about && ['station', 'vehicle', 'area'].includes(about.kind) ? about : chosen;
}

function firstOrder(): Selection | null {
  const first = openOrders(store.orders)[0];
  return first ? { kind: 'order', name: first.reference } : null;
}

function someVehicle(): Selection | null {
  const busy = store.vehicles.find((row) => row.transport !== null) ?? store.vehicles[0];
  return busy ? { kind: 'vehicle', name: busy.name } : null;
}

const none = (): null => null;
export const STOPS: Record<Step, Stop> = {
  plant: { view: 'plan', selection: none, about: 'main' },
  alarm: { view: 'alarms', selection: firstAlarm, about: 'main' },
  place: { view: 'plan', selection: itsPlace, about: 'aside' },
  order: { view: 'forecast', selection: firstOrder, about: 'main' },
  time: { view: 'plan', selection: none, about: 'footer' },
  act: { view: 'plan', selection: someVehicle, about: 'aside' },
  end: { view: 'plan', selection: none, about: 'header' },
};

class Tour {
  /** The step that is shown; `null`: none. */
  at = $state<Step | null>(null);

  /** Begins, or goes to another step. */
  go(step: Step): void {
    this.at = step;
    const { view, selection } = STOPS[step];
    address.go({ view, selection: selection(), time: null });
  }

  /** By so many steps; beyond the last it ends. */
  by(steps: number): void {
    const now = this.at === null ? 0 : STEPS.indexOf(this.at);
    const next = STEPS[Math.max(0, now + steps)];
    if (next) this.go(next);
    else this.end();
  }

  end(): void {
    this.at = null;
  }
}

export const tour = new Tour();
