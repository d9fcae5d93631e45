// What stands in the shell: levels in the left list, details by kind of what is selected. To add a panel,
// write a component without props (a level) or with the prop `name` (a detail), and its line here.
import type { Component } from 'svelte';
import type { PlainKey } from '../lib/i18n/index.svelte';
import type { Kind } from '../lib/store/link.svelte';
import OrderDetail from './details/OrderDetail.svelte';
import StationDetail from './details/StationDetail.svelte';
import VehicleDetail from './details/VehicleDetail.svelte';
import OrderList from './OrderList.svelte';
import PlanPanel from './PlanPanel.svelte';
import StationList from './StationList.svelte';
import VehicleList from './VehicleList.svelte';

export interface Level {
  /** In the address: `#view=id`. */
  id: string;
  title: PlainKey;
  component: Component;
}

/** In order; the first is shown at first. */
export const levels: readonly Level[] = [
  { id: 'plan', title: 'level.plan', component: PlanPanel },
  { id: 'vehicles', title: 'level.vehicles', component: VehicleList },
  { id: 'stations', title: 'level.stations', component: StationList },
  { id: 'orders', title: 'level.orders', component: OrderList },
];

/** What the right side shows of a selection; a kind without one shows its name only. */
export const details: Partial<Record<Kind, Component<{ name: string }>>> = {
  vehicle: VehicleDetail,
  station: StationDetail,
  order: OrderDetail,
};
