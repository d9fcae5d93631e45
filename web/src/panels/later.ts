// Panels that the first screen does not need: one file, fetched when one of them is first wanted.
import type { Component } from 'svelte';
import type { Kind } from '../lib/store/link.svelte';
import AlarmList from './AlarmList.svelte';
import Areas from './Areas.svelte';
import AuditList from './AuditList.svelte';
import AlarmDetail from './details/AlarmDetail.svelte';
import AreaDetail from './details/AreaDetail.svelte';
import BufferDetail from './details/BufferDetail.svelte';
import ChargerDetail from './details/ChargerDetail.svelte';
import LotDetail from './details/LotDetail.svelte';
import OrderDetail from './details/OrderDetail.svelte';
import StationDetail from './details/StationDetail.svelte';
import TransportDetail from './details/TransportDetail.svelte';
import VehicleDetail from './details/VehicleDetail.svelte';
import Diagnostics from './Diagnostics.svelte';
import ForecastPanel from './ForecastPanel.svelte';
import ModelPanel from './ModelPanel.svelte';
import OrderGantt from './OrderGantt.svelte';
import OrderList from './OrderList.svelte';
import Overview from './Overview.svelte';
import PromisePanel from './PromisePanel.svelte';
import RackPanel from './RackPanel.svelte';
import StationList from './StationList.svelte';
import TimeLinesPanel from './TimeLinesPanel.svelte';
import VehicleList from './VehicleList.svelte';
import Tour from '../parts/Tour.svelte';

export { Tour };

/** By the id of their level. */
export const panels: Partial<Record<string, Component>> = {
  overview: Overview,
  alarms: AlarmList,
  areas: Areas,
  vehicles: VehicleList,
  stations: StationList,
  orders: OrderList,
  promises: PromisePanel,
  racks: RackPanel,
  forecast: ForecastPanel,
  gantt: OrderGantt,
  lines: TimeLinesPanel,
  model: ModelPanel,
  diagnostics: Diagnostics,
  audit: AuditList,
};

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
  lot: LotDetail,
};
