// Promises as far as they are known: asked for often while paths are being run, seldom otherwise.
import { type Fault, get, post } from './api/client';
import type { PromiseAct, PromisesView } from './api/types';

const LOOKING = 1_500;
const STILL = 6_000;

class Promises {
  view = $state.raw<PromisesView | null>(null);
  /** `null`: not known yet. */
  offered = $state<boolean | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = 0;

  /** Somebody shows it from now on; gives what ends that. For an effect. */
  want(): () => void {
    if (this.#wanted++ === 0) void this.#look();
    return () => {
      if (--this.#wanted === 0) clearTimeout(this.#timer);
    };
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = await get('/api/v1/promises');
    if (asked.ok) this.view = asked.value;
    if (asked.ok || asked.fault.code === 'promise/none') this.offered = asked.ok;
    clearTimeout(this.#timer);
    if (this.#wanted === 0) return;
    const looking = this.view?.promises.some((row) => row.looking) ?? false;
    this.#timer = setTimeout(() => void this.#look(), looking ? LOOKING : STILL);
  }

  /** Asks for a date; gives why there is none. */
  async ask(asked: { reference: string; product: string; quantity: string; due: string | null }): Promise<Fault | null> {
    const answer = await post('/api/v1/promises', asked);
    await this.#look();
    return answer.ok ? null : answer.fault;
  }

  /** Reserves, makes firm, takes back; gives why not. */
  async act(reference: string, act: PromiseAct): Promise<Fault | null> {
    const answer = await post('/api/v1/promises/{reference}', act, { params: { reference } });
    await this.#look();
    return answer.ok ? null : answer.fault;
  }
}

export const promises = new Promises();
