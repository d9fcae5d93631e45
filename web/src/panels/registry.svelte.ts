// What stands in the shell: levels in the left list, details by kind of what is selected. To add a panel,
// write a component without props (a level) or with the prop `name` (a detail), name it in `later.ts`, and a level
// here too.
import type { Component } from 'svelte';
import type { Plant, Role } from '../lib/api/types';
import type { PlainKey } from '../lib/i18n/index.svelte';
import type { Kind } from '../lib/store/link.svelte';
import PlanPanel from './PlanPanel.svelte';

export interface Level {
  /** In the address: `#view=id`, and in `later.ts`. */
  id: string;
  title: PlainKey;
  /** The least role that is shown it; left out: everybody. */
  needs?: Role;
  /** Left out in a plant that has nothing of it. */
  has?: (plant: Plant) => boolean;
}

/** In order; the first is shown at first. */
export const levels: readonly Level[] = [
  { id: 'plan', title: 'level.plan' },
  { id: 'overview', title: 'level.overview' },
  { id: 'alarms', title: 'level.alarms' },
  { id: 'areas', title: 'level.areas' },
  { id: 'vehicles', title: 'level.vehicles' },
  { id: 'stations', title: 'level.stations' },
  { id: 'racks', title: 'rack.title', has: (plant) => plant.racks.length > 0 },
  { id: 'orders', title: 'level.orders' },
  { id: 'promises', title: 'promise.title' },
  { id: 'forecast', title: 'ahead.title' },
  { id: 'gantt', title: 'gantt.title' },
  { id: 'lines', title: 'gantt.lines' },
  { id: 'model', title: 'model.title', needs: 'engineer' },
  { id: 'diagnostics', title: 'level.diagnostics' },
  { id: 'audit', title: 'level.audit', needs: 'supervisor' },
];

/** After so long the rest is fetched even if nobody has asked, so that a lost connection takes no panel away [ms]. */
const SOON = 5_000;

class Rest {
  loaded = $state.raw<typeof import('./later') | null>(null);
  #asked = false;

  constructor() {
    setTimeout(() => this.want(), SOON);
  }

  want(): void {
    if (this.#asked) return;
    this.#asked = true;
    import('./later').then((rest) => (this.loaded = rest), () => (this.#asked = false));
  }
}
const rest = new Rest();

/** The component of a level; none while it is being fetched. */
export function panelOf(id: string): Component | undefined {
  return id === 'plan' ? PlanPanel : rest.loaded?.panels[id];
}

/** The component that shows a selection; none while it is being fetched, or if the kind has none. */
export function detailOf(kind: Kind): Component<{ name: string }> | undefined {
  return rest.loaded?.details[kind];
}

/** The guided tour's card; none while it is being fetched. */
export function tourCard(): Component | undefined {
  return rest.loaded?.Tour;
}

/** A panel other than the first is wanted. */
export function want(): void {
  rest.want();
}
