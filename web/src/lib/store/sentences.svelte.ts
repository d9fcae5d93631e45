// What alarms say, in the reader's language. The feed carries codes only; the sentences are asked for when an
// alarm is there that has none yet.
import { get } from '../api/client';
import type { AlarmRow } from '../api/types';
import { language } from '../i18n/index.svelte';
import { store } from './store.svelte';

type Sentences = Pick<AlarmRow, 'what' | 'consequence' | 'action'>;

/** Shortest time between two questions [ms]. */
const PAUSE = 2_000;

class AlarmSentences {
  #known = $state.raw<ReadonlyMap<number, Sentences>>(new Map());
  #language = '';
  #asked = 0;
  #asking = false;

  /** Those of an alarm, as far as they are here. */
  of(id: number): Sentences | undefined {
    return this.#known.get(id);
  }

  /** Asks for what is missing; called as often as the list changes. */
  refresh(): void {
    const tongue = language();
    const missing = tongue !== this.#language || store.alarms.some((alarm) => !this.#known.has(alarm.id));
    if (!missing || this.#asking || store.source !== 'live') return;
    const wait = tongue === this.#language ? Math.max(0, this.#asked + PAUSE - Date.now()) : 0;
    this.#asking = true;
    setTimeout(() => void this.#ask(tongue), wait);
  }

  async #ask(tongue: string): Promise<void> {
    const asked = await get('/api/v1/alarms');
    this.#asked = Date.now();
    this.#asking = false;
    if (!asked.ok) return;
    this.#language = tongue;
    this.#known = new Map(asked.value.map(({ id, what, consequence, action }) => [id, { what, consequence, action }]));
    if (tongue !== language()) this.refresh();
  }
}

export const sentences = new AlarmSentences();
