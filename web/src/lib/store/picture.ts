// Everything known of the plant at one instant, kept up to date by items. Plain data: live, past and
// forecast are pictures of the same kind, told apart only by where their items come from. Rows are
// replaced, never altered, so that whoever holds one holds what it was.
import type {
  AccessView, AlarmView, Mode, Motion, Numbered, OrderView, StationView, StopView, TransportView, VehicleView, View,
} from '../api/types';

/** What an item changed, so that a screen looks again at no more than that. `transports` also changes rows of vehicles. */
export type Topic = 'whole' | 'motions' | 'vehicles' | 'stations' | 'transports' | 'orders' | 'alarms' | 'access' | 'clock';

/** Segments kept of each vehicle: enough to draw a moment that lies behind the newest item. */
const SEGMENTS = 6;

export class Picture {
  /** Last item applied; 0 before the first whole picture. */
  seq = 0;
  /** Plant time of the last item [us]. */
  time = 0;
  mode: Mode = 'live';
  /** For acts on the clock. */
  revision = 0;
  plant = '';
  hash = '';
  digest = '';
  /** Facts handled since the program started. */
  facts = 0;
  vehicles: VehicleView[] = [];
  stations: StationView[] = [];
  transports = new Map<number, TransportView>();
  orders = new Map<string, OrderView>();
  alarms = new Map<number, AlarmView>();
  access = new Map<string, AccessView>();
  stops: StopView[] = [];
  /** Segments of each vehicle, oldest first. */
  motions: Motion[][] = [];

  /** Takes over a whole picture; what was known before is forgotten. */
  look(view: View): void {
    this.seq = view.seq;
    this.time = view.time;
    this.mode = view.mode;
    this.revision = view.revision;
    this.plant = view.plant;
    this.hash = view.plant_hash;
    this.digest = view.digest;
    this.vehicles = view.vehicles.slice();
    this.stations = view.stations.slice();
    this.transports = new Map(view.transports.map((row) => [row.id, row]));
    this.orders = new Map(view.orders.map((row) => [row.reference, row]));
    this.alarms = new Map(view.alarms.map((row) => [row.id, row]));
    this.access = new Map(view.access.map((row) => [row.zone, row]));
    this.stops = view.stops.slice();
    this.motions = view.vehicles.map(() => []);
  }

  /** The same picture, to be changed by itself. Rows are shared: they are never altered. */
  copy(): Picture {
    const copy = Object.assign(new Picture(), this);
    copy.vehicles = this.vehicles.slice();
    copy.stations = this.stations.slice();
    copy.transports = new Map(this.transports);
    copy.orders = new Map(this.orders);
    copy.alarms = new Map(this.alarms);
    copy.access = new Map(this.access);
    copy.motions = this.motions.map((list) => list.slice());
    return copy;
  }

  /** Applies one item; gives what it changed. */
  apply(item: Numbered): Topic {
    this.seq = item.seq;
    this.time = item.at;
    switch (item.type) {
      case 'resync':
        this.look(item.view);
        return 'whole';
      case 'motion':
        this.#moves(item);
        return 'motions';
      case 'vehicle':
        this.vehicles[item.vehicle] = item.view;
        return 'vehicles';
      case 'station':
        this.stations[item.station] = item.view;
        return 'stations';
      case 'transport':
        this.#transport(item);
        return 'transports';
      case 'order':
        this.orders.set(item.reference, item);
        return 'orders';
      case 'alarm':
        this.alarms.set(item.id, item);
        return 'alarms';
      case 'alarm_over':
        this.alarms.delete(item.id);
        return 'alarms';
      case 'access':
        this.access.set(item.zone, item);
        return 'access';
      case 'access_over':
        this.#closed(item.zone);
        return 'access';
      case 'mode':
        this.mode = item.mode;
        return 'clock';
      case 'facts':
        this.facts = item.count;
        return 'clock';
      default:
        // An item of a newer server: its number counts, its body says nothing to this page.
        return 'clock';
    }
  }

  /** Also tells what the vehicles of it do now: their own rows are not sent again for that. */
  #transport(row: TransportView): void {
    const names = new Set([this.transports.get(row.id)?.vehicle, row.vehicle]);
    if (row.state === 'done') this.transports.delete(row.id);
    else this.transports.set(row.id, row);
    for (const name of names) {
      const index = name ? this.vehicles.findIndex((one) => one.name === name) : -1;
      const vehicle = this.vehicles[index];
      if (!vehicle) continue;
      let first: number | null = null;
      for (const open of this.transports.values()) if (open.vehicle === name && (first === null || open.id < first)) first = open.id;
      if ((vehicle.transport ?? null) !== first) this.vehicles[index] = { ...vehicle, transport: first };
    }
  }

  #moves(motion: Motion): void {
    const list = (this.motions[motion.vehicle] ??= []);
    list.push(motion);
    if (list.length > SEGMENTS) list.shift();
  }

  #closed(zone: string): void {
    const row = this.access.get(zone);
    if (row) this.access.set(zone, { ...row, state: 'closed', keepers: [] });
  }
}
