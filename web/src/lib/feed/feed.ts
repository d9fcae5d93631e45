// The live feed: a WebSocket that goes on where it stopped. Items come in order, without gaps; after a
// loss it asks for what it missed, and the server sends a whole picture where that is gone.
import type { Numbered } from '../api/types';

/** `refused`: the server let us go because we may not look any more. */
export type FeedState = 'connecting' | 'open' | 'lost' | 'refused';

export interface FeedEvents {
  items(items: Numbered[]): void;
  state(state: FeedState): void;
}

/** Without anything for so long (the server says something every second) the connection is given up [ms]. */
const SILENT = 15_000;
const FIRST = 500;
const LONGEST = 10_000;
const NO_LONGER_LET_IN = 4401;

/** Waiting time before the next try: doubles, bounded, spread so that many pages do not come at once [ms]. */
export function backoff(tries: number, random: number): number {
  return Math.min(LONGEST, FIRST * 2 ** Math.min(tries, 10)) * (0.5 + random / 2);
}

/** The items that follow on `next`, and whether one is missing before the others. */
export function inOrder(items: Numbered[], next: number | null): { good: Numbered[]; gap: boolean } {
  const good: Numbered[] = [];
  for (const item of items) {
    if (item.type === 'resync') {
      good.push(item);
      next = item.seq + 1;
    } else if (next === null || item.seq > next) {
      return { good, gap: true };
    } else if (item.seq === next) {
      good.push(item);
      next = item.seq + 1;
    }
  }
  return { good, gap: false };
}

/** What came so far: for tests, and for whoever looks for a fault. */
export interface FeedCounts {
  items: number;
  /** Whole pictures after the first: something was missed. */
  resyncs: number;
  /** Connections made. */
  connections: number;
}

export class Feed {
  readonly counts: FeedCounts = { items: 0, resyncs: -1, connections: 0 };
  /** Number of the next item; `null`: begin with a whole picture. */
  #next: number | null = null;
  #socket: WebSocket | null = null;
  #tries = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #heard = 0;
  #running = false;

  constructor(
    private readonly events: FeedEvents,
    /** A token to look on with, for a page without a session. */
    private readonly token: () => string | null,
  ) {}

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#watch = setInterval(() => this.#check(), 1_000);
    window.addEventListener('online', this.#now);
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    window.removeEventListener('online', this.#now);
    this.#drop();
    this.#next = null;
  }

  #now = (): void => {
    if (this.#socket) return;
    clearTimeout(this.#retry);
    this.#connect();
  };

  #check(): void {
    if (this.#socket && performance.now() - this.#heard > SILENT) this.#again();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = socket.onopen = null;
    socket.close();
  }

  #again(): void {
    this.#drop();
    if (!this.#running) return;
    this.events.state('lost');
    this.#retry = setTimeout(() => this.#connect(), backoff(this.#tries++, Math.random()));
  }

  #connect(): void {
    this.events.state(this.#next === null ? 'connecting' : 'lost');
    const url = new URL('api/v1/feed', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.hash = '';
    if (this.#next !== null) url.searchParams.set('from', String(this.#next));
    const token = this.token();
    const socket = token ? new WebSocket(url, ['fenhe', token]) : new WebSocket(url);
    this.#socket = socket;
    this.counts.connections++;
    this.#heard = performance.now();
    socket.onmessage = (message: MessageEvent<string>) => this.#take(JSON.parse(message.data) as Numbered[]);
    socket.onclose = (event) => {
      if (event.code === NO_LONGER_LET_IN) this.events.state('refused');
      this.#again();
    };
  }

  #take(items: Numbered[]): void {
    this.#heard = performance.now();
    const { good, gap } = inOrder(items, this.#next);
    const last = good.at(-1);
    if (last) {
      this.#next = last.seq + 1;
      this.events.state('open');
      this.#tries = 0;
      this.counts.items += good.length;
      this.counts.resyncs += good.filter((item) => item.type === 'resync').length;
      this.events.items(good);
    }
    if (gap) {
      this.#next = null;
      this.#again();
    }
  }
}
