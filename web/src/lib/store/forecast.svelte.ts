// The forecast as far as it is known, asked for while some panel shows it.
import { type Fault, get } from '../api/client';
import type { ForecastView } from '../api/types';

/** Asked again so often while somebody looks [ms]. */
const AGAIN = 3_000;

class Forecast {
  view = $state.raw<ForecastView | null>(null);
  fault = $state.raw<Fault | null>(null);
  #wanted = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** A panel shows it from now on; gives what ends that. For an effect. */
  want(): () => void {
    if (this.#wanted++ === 0) {
      void this.#ask();
      this.#timer = setInterval(() => void this.#ask(), AGAIN);
    }
    return () => {
      if (--this.#wanted === 0) clearInterval(this.#timer);
    };
  }

  async #ask(): Promise<void> {
    const asked = await get('/api/v1/forecast');
    this.view = asked.ok ? asked.value : null;
    this.fault = asked.ok ? null : asked.fault;
  }
}

export const forecast = new Forecast();
