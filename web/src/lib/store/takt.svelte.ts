// Takt of each line as it was: good pieces that its last stations reported in the last hour, from the journal.
import { type Fault, get } from '../api/client';
import type { Plant } from '../api/types';
import { lastStations } from './places';
import { store } from './store.svelte';

export interface LineTakt {
  line: string;
  /** Wanted mean time between good pieces [µs]. */
  target: number | null;
  /** Reported mean time between good pieces [µs]; `null`: no piece, or the stations do not report pieces. */
  actual: number | null;
  /** Good pieces in the window; `null`: not reported. */
  good: number | null;
}

const WINDOW = 3_600 * 1e6;
const AGAIN = 30_000;

class Takt {
  lines = $state.raw<LineTakt[]>([]);
  /** Length of the window [µs]. */
  span = $state(0);
  fault = $state.raw<Fault | null>(null);
  #wanted = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** A panel shows it from now on; gives what ends that. For an effect that follows the plant. */
  want(plant: Plant | null): () => void {
    if (!plant) return () => undefined;
    if (this.#wanted++ === 0) {
      void this.#ask(plant);
      this.#timer = setInterval(() => void this.#ask(plant), AGAIN);
    }
    return () => {
      if (--this.#wanted === 0) clearInterval(this.#timer);
    };
  }

  async #ask(plant: Plant): Promise<void> {
    const now = Math.round(store.picture.time);
    const past = await get('/api/v1/history', { query: { from: now, until: now } });
    this.fault = past.ok ? null : past.fault;
    const to = past.ok ? Math.min(now, past.value.to) : 0;
    const from = past.ok ? Math.max(past.value.from, to - WINDOW) : 0;
    const lines: LineTakt[] = [];
    for (const [index, line] of plant.lines.entries()) {
      const good = past.ok && to > from ? await this.#good(lastStations(plant, line), from, to) : null;
      lines.push({ line, target: plant.takt_targets[index] ?? null, good, actual: good ? (to - from) / good : null });
    }
    this.lines = lines;
    this.span = to - from;
  }

  async #good(stations: readonly string[], from: number, until: number): Promise<number | null> {
    let sum: number | null = null;
    for (const station of stations) {
      const asked = await get('/api/v1/timelines', { query: { station, from, until } });
      if (!asked.ok) {
        this.fault = asked.fault;
        return null;
      }
      const good = asked.value.stations.find((one) => one.name === station)?.oee.good;
      if (good != null) sum = (sum ?? 0) + good;
    }
    return sum;
  }
}

export const takt = new Takt();
