// The forecast as far as it is known: asked for often while it is being made, seldom otherwise.
import { type Fault, get, post } from '../api/client';
import type { ForecastView } from '../api/types';
import type { Range } from './axis';

const MAKING = 1_000;
const MADE = 5_000;

class Ahead {
  /** `null`: not known yet. */
  offered = $state<boolean | null>(null);
  view = $state.raw<ForecastView | null>(null);
  /** Why there is nothing newer. */
  fault = $state.raw<Fault | null>(null);
  asking = $state(false);
  #wanted = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** It is being made. */
  get making(): boolean {
    const status = this.view?.status;
    return status === 'first' || status === 'refining';
  }

  /** What can be looked at; `null` if there is nothing yet. */
  get shown(): Range | null {
    const view = this.view;
    if (!view || view.status === 'none' || view.status === 'failed') return null;
    // Once the first path is done, `reached` tells of a later one.
    const until = view.n > 0 ? view.as_of + view.horizon_us : view.reached;
    return until > view.as_of ? { from: view.as_of, until } : null;
  }

  /** Somebody shows it from now on; gives what ends that. For an effect. */
  want(): () => void {
    if (this.#wanted++ === 0) this.#later(0);
    return () => {
      if (--this.#wanted > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Looks ahead anew from what is believed now. */
  async anew(): Promise<void> {
    this.asking = true;
    const asked = await post('/api/v1/forecast', undefined);
    this.asking = false;
    if (asked.ok) {
      this.view = asked.value;
      this.fault = null;
    } else {
      this.fault = asked.fault;
    }
    if (this.#timer !== undefined) this.#later(MAKING);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#ask().then(() => {
        if (this.#timer !== undefined && this.offered !== false) this.#later(this.making ? MAKING : MADE);
      });
    }, ms);
  }

  async #ask(): Promise<void> {
    const asked = await get('/api/v1/forecast');
    this.fault = asked.ok ? null : asked.fault;
    if (!asked.ok) {
      if (asked.fault.status === 404 || asked.fault.status === 501) this.offered = false;
      return;
    }
    this.offered = true;
    this.view = asked.value;
  }
}

export const ahead = new Ahead();
