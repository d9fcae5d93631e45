// What stands in the shell: levels in the left list, details by kind of what is selected. To add a panel,
// write a component without props (a level) or with the prop `name` (a detail), and its line here.
import type { Component } from 'svelte';
import type { Role } from '../lib/api/types';
import type { PlainKey } from '../lib/i18n/index.svelte';
import type { Kind } from '../lib/store/link.svelte';
import AlarmList from './AlarmList.svelte';
import Areas from './Areas.svelte';
import AuditList from './AuditList.svelte';
import AlarmDetail from './details/AlarmDetail.svelte';
import AreaDetail from './details/AreaDetail.svelte';
import BufferDetail from './details/BufferDetail.svelte';
import ChargerDetail from './details/ChargerDetail.svelte';
import OrderDetail from './details/OrderDetail.svelte';
import StationDetail from './details/StationDetail.svelte';
import TransportDetail from './details/TransportDetail.svelte';
import VehicleDetail from './details/VehicleDetail.svelte';
import Diagnostics from './Diagnostics.svelte';
import ForecastPanel from './ForecastPanel.svelte';
import OrderGantt from './OrderGantt.svelte';
import OrderList from './OrderList.svelte';
import Overview from './Overview.svelte';
import PlanPanel from './PlanPanel.svelte';
import StationList from './StationList.svelte';
import TimeLinesPanel from './TimeLinesPanel.svelte';
import VehicleList from './VehicleList.svelte';

export interface Level {
  /** In the address: `#view=id`. */
  id: string;
  title: PlainKey;
  component: Component;
  /** The least role that is shown it; left out: everybody. */
  needs?: Role;
}

/** In order; the first is shown at first. */
export const levels: readonly Level[] = [
  { id: 'plan', title: 'level.plan', component: PlanPanel },
  { id: 'overview', title: 'level.overview', component: Overview },
  { id: 'alarms', title: 'level.alarms', component: AlarmList },
  { id: 'areas', title: 'level.areas', component: Areas },
  { id: 'vehicles', title: 'level.vehicles', component: VehicleList },
  { id: 'stations', title: 'level.stations', component: StationList },
  { id: 'orders', title: 'level.orders', component: OrderList },
  { id: 'forecast', title: 'ahead.title', component: ForecastPanel },
  { id: 'gantt', title: 'gantt.title', component: OrderGantt },
  { id: 'lines', title: 'gantt.lines', component: TimeLinesPanel },
  { id: 'diagnostics', title: 'level.diagnostics', component: Diagnostics },
  { id: 'audit', title: 'level.audit', component: AuditList, needs: 'supervisor' },
];

/** What the right side shows of a selection; a kind without one shows its name only. */
export const details: Partial<Record<Kind, Component<{ name: string }>>> = {
  vehicle: VehicleDetail,
  station: StationDetail,
  order: OrderDetail,
  alarm: AlarmDetail,
  area: AreaDetail,
  buffer: BufferDetail,
  charger: ChargerDetail,
  transport: TransportDetail,
};
