// What the screen shows. Items arrive as often as they like; rows are handed to components at most four
// times a second, and only those tables that changed. The moving picture reads `picture` and `clock`
// itself, at the frame rate.
import { get } from '../api/client';
import type {
  AccessView, AlarmView, Mode, Numbered, OrderView, Plant, StationView, StopView, TransportView, VehicleView,
} from '../api/types';
import { PlantClock } from '../feed/clock';
import { Feed, type FeedCounts, type FeedState } from '../feed/feed';
import type { Calendar } from '../i18n/format';
import { session } from '../session.svelte';
import { address } from './link.svelte';
import { Picture, type Topic } from './picture';

/** Where the shown picture comes from. Only a live one can be acted on. */
export type Source = 'live' | 'past' | 'forecast';

const FLUSH = 250;
/** Between two tries to fetch the model [ms]. */
const AGAIN = 1_000;

/** Looks on at every item of the live feed: what it was and what it changed. */
export type Watcher = (item: Numbered, topic: Topic) => void;

class Store {
  plant = $state.raw<Plant | null>(null);
  feed = $state<FeedState>('connecting');
  source = $state<Source>('live');

  /** As of the last flush. */
  time = $state(0);
  /** Time of the live plant, whatever is shown. */
  now = $state(0);
  liveRate = $state(1);
  rate = $state(1);
  mode = $state<Mode>('live');
  facts = $state(0);
  vehicles = $state.raw<VehicleView[]>([]);
  stations = $state.raw<StationView[]>([]);
  transports = $state.raw<TransportView[]>([]);
  orders = $state.raw<OrderView[]>([]);
  alarms = $state.raw<AlarmView[]>([]);
  access = $state.raw<AccessView[]>([]);
  stops = $state.raw<StopView[]>([]);

  /** The picture that is shown, and its clock: for the scene. */
  picture = $state.raw(new Picture());
  clock = $state.raw(new PlantClock());

  readonly #live = new Picture();
  readonly #liveClock = this.clock;
  readonly #dirty = new Set<Topic>();
  readonly #watchers = new Set<Watcher>();
  readonly #feed = new Feed({ items: (items) => this.#take(items), state: (state) => this.#state(state) }, () => session.token);
  #timer: ReturnType<typeof setInterval> | undefined;
  #asking = false;
  #failed = -AGAIN;

  constructor() {
    this.picture = this.#live;
  }

  /** The plant's clock against the calendar. */
  get calendar(): Calendar {
    const plant = this.plant;
    return { epoch: plant ? Date.parse(plant.epoch) : 0, zone: plant?.time_zone ?? 'UTC' };
  }

  /** What the live feed brought so far. */
  get counts(): FeedCounts {
    return this.#feed.counts;
  }

  /** Commands are on: the picture is live and complete. */
  get actable(): boolean {
    return this.source === 'live' && this.feed === 'open';
  }

  /** Asks for model and picture while it is asked who looks on: who may not look gets none. Without a token nothing tells whether anybody is in. */
  early(): void {
    void this.#model();
    if (session.token) this.#feed.start();
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#feed.start();
    // Beside the feed and not after it; if it is of another model than the feed, it is fetched again.
    if (!this.plant) void this.#model();
    this.#timer = setInterval(() => this.#flush(), FLUSH);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#feed.stop();
    this.feed = 'connecting';
  }

  /** Shows a picture of another time in place of the live one, which goes on unseen. */
  show(source: 'past' | 'forecast', picture: Picture, clock: PlantClock): void {
    this.source = source;
    this.picture = picture;
    this.clock = clock;
    this.changed('whole');
  }

  /** Back to the live picture. */
  live(): void {
    this.source = 'live';
    this.picture = this.#live;
    this.clock = this.#liveClock;
    address.go({ time: null });
    this.changed('whole');
  }

  /** Tells that the shown picture changed otherwise than by the live feed. */
  changed(topic: Topic): void {
    this.#dirty.add(topic);
  }

  /** Follows the items of the live feed; gives what ends that. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #state(state: FeedState): void {
    this.feed = state;
    if (state === 'refused' || state === 'lost') void session.begin();
  }

  #take(items: Numbered[]): void {
    const wall = performance.now();
    for (const item of items) {
      const topic = this.#live.apply(item);
      if (topic === 'whole') this.#liveClock.reset(this.#live.time, wall);
      else this.#liveClock.heard(item.at, wall);
      if (this.source === 'live') this.#dirty.add(topic);
      for (const watcher of this.#watchers) watcher(item, topic);
    }
    if (this.plant?.hash !== this.#live.hash) void this.#model();
  }

  /** Fetches the model that the feed's indexes refer to. */
  async #model(): Promise<void> {
    if (this.#asking || performance.now() - this.#failed < AGAIN) return;
    this.#asking = true;
    const asked = await get('/api/v1/plant');
    this.#asking = false;
    if (asked.ok) this.plant = asked.value;
    else this.#failed = performance.now();
  }

  #flush(): void {
    const { picture } = this;
    const wall = performance.now();
    this.time = this.clock.now(wall);
    this.rate = this.clock.rate;
    this.now = this.#liveClock.now(wall);
    this.liveRate = this.#liveClock.rate;
    const all = this.#dirty.has('whole');
    const is = (topic: Topic): boolean => all || this.#dirty.has(topic);
    if (is('vehicles') || is('transports')) this.vehicles = picture.vehicles.slice();
    if (is('stations')) this.stations = picture.stations.slice();
    if (is('transports')) this.transports = [...picture.transports.values()];
    if (is('orders')) this.orders = [...picture.orders.values()];
    if (is('alarms')) this.alarms = [...picture.alarms.values()];
    if (is('access')) this.access = [...picture.access.values()];
    if (is('clock')) {
      this.mode = picture.mode;
      this.facts = picture.facts;
    }
    if (all) this.stops = picture.stops;
    this.#dirty.clear();
  }
}

export const store = new Store();
