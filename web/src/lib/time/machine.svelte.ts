// The time machine: which instant is shown, whether it stands or runs, and where its picture comes from.
// Left of now it is the journal, right of now the first path of the forecast; now itself is the feed.
import { type Fault, get } from '../api/client';
import { address } from '../store/link.svelte';
import { store } from '../store/store.svelte';
import { ahead } from './ahead.svelte';
import { type Range, SECOND } from './axis';
import { TravelClock } from './clock';
import { past } from './past.svelte';
import { Reel } from './reel';

/** Plant seconds in a second of the page. */
export const SPEEDS = [1, 2, 5, 10, 30, 60] as const;
export type Speed = (typeof SPEEDS)[number];

type Other = 'past' | 'forecast';

const BOUNDS = 1_000;

class Machine {
  /** Where the cursor stands while it is not live [us]. */
  at = $state(0);
  playing = $state(false);
  speed = $state<Speed>(10);
  /** The picture of the cursor's instant is still on its way. */
  loading = $state(false);
  fault = $state.raw<Fault | null>(null);
  /** Where the cursor is; the picture may still be another's while it loads. */
  source = $state<'live' | Other>('live');
  #reel: Reel | null = null;
  #clock = new TravelClock(0, 0);
  #wanted: number | null = null;
  #seeking = false;
  #of = '';
  #frame = 0;
  #bounds = 0;

  /** Goes to an instant: past or to come; beyond what can be shown, to the nearest that can. */
  go(at: number, settled = true): void {
    if (past.offered === null) {
      void this.#whenKnown(at, settled);
      return;
    }
    const source = at < store.now ? 'past' : 'forecast';
    const all = source === 'past' ? (past.offered ? { from: past.from, until: Math.max(past.to, store.now) } : null) : ahead.shown;
    if (!all || all.until <= all.from) {
      if (source === 'forecast') this.live();
      return;
    }
    this.#enter(source);
    this.at = Math.min(Math.max(at, all.from), all.until);
    void this.#seek(this.at);
    if (settled) this.settle();
  }

  /** A page that has just opened does not know yet how far the past reaches. */
  async #whenKnown(at: number, settled: boolean): Promise<void> {
    await past.refresh();
    if (past.offered !== null) this.go(at, settled);
  }

  /** The cursor stays here: the address tells it. */
  settle(): void {
    if (this.source !== 'live') address.go({ time: Math.round(this.at) });
  }

  /** Back to the live picture. */
  live(): void {
    this.source = 'live';
    this.playing = false;
    this.loading = false;
    this.fault = null;
    this.#wanted = null;
    this.#reel = null;
    this.#of = '';
    cancelAnimationFrame(this.#frame);
    store.live();
  }

  /** Stands still; from live, at this instant. */
  pause(): void {
    if (this.source === 'live') {
      this.go(store.now - 1);
      return;
    }
    this.playing = false;
    this.#set();
    this.settle();
  }

  play(): void {
    if (this.source === 'live' || this.playing) return;
    this.playing = true;
    this.#set();
    this.#run();
  }

  pace(speed: Speed): void {
    this.speed = speed;
    this.#set();
  }

  #enter(source: Other): void {
    const view = ahead.view;
    const of = source === 'past' ? 'past' : `${view?.as_of}/${view?.seq}`;
    if (this.#of === of) return;
    this.#of = of;
    this.source = source;
    this.fault = null;
    this.#reel = new Reel({
      view: (at) => get(source === 'past' ? '/api/v1/history/view' : '/api/v1/forecast/view', { query: { at: Math.round(at) } }),
      feed: (from, until) => get(source === 'past' ? '/api/v1/history/feed' : '/api/v1/forecast/feed', { query: { from: Math.round(from), until: Math.round(until) } }),
    });
  }

  /** The forecast has been made anew: what is shown of it is shown of the new one. */
  renew(): void {
    const shown = ahead.shown;
    if (this.source !== 'forecast' || !shown || this.#of === `${ahead.view?.as_of}/${ahead.view?.seq}`) return;
    // While the new one has not come as far, the old one stays in view.
    if (shown.until >= this.at) this.go(Math.max(this.at, shown.from), false);
  }

  async #all(at: number): Promise<Range | null> {
    if (this.source === 'forecast') return ahead.shown;
    if (at > past.to) await past.refresh();
    return past.all;
  }

  /** Shows an instant; while one is on its way, the newest that was wanted comes next. */
  async #seek(at: number): Promise<void> {
    // What is still on its way would be shown after this, and stay.
    if (!this.#seeking && this.#reel?.covers(at)) {
      this.#show(at);
      return;
    }
    this.#wanted = at;
    if (this.#seeking) return;
    this.#seeking = true;
    this.loading = true;
    while (this.#wanted !== null) {
      const wanted: number = this.#wanted;
      const reel: Reel | null = this.#reel;
      const all = await this.#all(wanted);
      if (!reel || !all) break;
      const within = Math.min(Math.max(wanted, all.from), all.until);
      const fault = reel.covers(within) ? null : await reel.begin(within, this.speed, all);
      if (reel !== this.#reel) continue;
      this.fault = fault;
      if (this.#wanted === wanted) this.#wanted = null;
      if (!fault) this.#show(within, this.#wanted === null);
    }
    this.#wanted = null;
    this.#seeking = false;
    this.loading = false;
  }

  #show(at: number, last = true): void {
    const reel = this.#reel;
    const topics = reel?.to(at);
    if (!reel || !topics || this.source === 'live') return;
    const wall = performance.now();
    const fresh = store.source !== this.source || store.clock !== this.#clock;
    if (fresh) this.#clock = new TravelClock(at, wall);
    this.#clock.set(at, last && this.playing ? this.speed : 0, reel.until, wall);
    if (fresh || store.picture !== reel.picture) store.show(this.source, reel.picture, this.#clock);
    else for (const topic of topics) store.changed(topic);
    if (last) this.at = at;
  }

  #set(): void {
    if (this.source !== 'live') this.#clock.set(this.at, this.playing ? this.speed : 0, this.#reel?.until ?? this.at, performance.now());
  }

  #run(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame((wall) => {
      if (!this.playing) return;
      this.#step(wall);
      if (this.playing) this.#run();
    });
  }

  #step(wall: number): void {
    const reel = this.#reel;
    if (!reel || this.#seeking || reel.empty) return;
    this.#clock.extend(reel.until, wall);
    const at = this.#clock.now(wall);
    const topics = reel.to(at);
    if (topics) {
      this.at = at;
      if (store.picture !== reel.picture && this.source !== 'live') store.show(this.source, reel.picture, this.#clock);
      else for (const topic of topics) store.changed(topic);
    }
    const end = this.source === 'past' ? past.to : (ahead.shown?.until ?? reel.until);
    void reel.more(this.speed, end).then((fault) => {
      if (fault && reel === this.#reel) this.fault = fault;
    });
    this.loading = at >= reel.until && at < end;
    if (this.source === 'past') this.#catchUp(at, wall);
    else if (at >= end) this.pause();
  }

  /** Near the end of the journal its end is asked for again; where it has been caught up with, the feed goes on. */
  #catchUp(at: number, wall: number): void {
    const margin = Math.max(1, this.speed, store.liveRate) * 2 * SECOND;
    if (at < past.to - 10 * margin) return;
    if (wall - this.#bounds > BOUNDS) {
      this.#bounds = wall;
      void past.refresh();
    }
    if (this.speed > store.liveRate && at >= store.now - margin) this.live();
  }
}

export const machine = new Machine();
