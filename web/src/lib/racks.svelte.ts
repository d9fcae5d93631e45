// Automated stores as they are now: asked for every few seconds while somebody shows them.
import { get } from './api/client';
import type { RacksView, SlotView } from './api/types';

const EVERY = 2_000;

class Racks {
  view = $state.raw<RacksView | null>(null);
  /** By aisle. */
  slots = $state.raw<Readonly<Record<string, readonly SlotView[]>>>({});
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = 0;

  /** Somebody shows them from now on; gives what ends that. For an effect. */
  want(): () => void {
    if (this.#wanted++ === 0) void this.look();
    return () => {
      if (--this.#wanted === 0) clearTimeout(this.#timer);
    };
  }

  async look(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = await get('/api/v1/racks');
    if (asked.ok) {
      this.view = asked.value;
      const aisles = asked.value.racks.flatMap((rack) => rack.aisles.map((aisle) => aisle.name));
      const found = await Promise.all(aisles.map((aisle) => get('/api/v1/racks/{aisle}', { params: { aisle } })));
      const slots = { ...this.slots };
      for (const one of found) if (one.ok) slots[one.value.aisle] = one.value.slots;
      this.slots = slots;
    }
    clearTimeout(this.#timer);
    if (this.#wanted > 0) this.#timer = setTimeout(() => void this.look(), EVERY);
  }
}

export const racks = new Racks();

/** The slot of this name. */
export function find(slots: Racks['slots'], name: string | null): SlotView | undefined {
  for (const all of Object.values(slots)) {
    const found = all.find((slot) => slot.name === name);
    if (found) return found;
  }
  return undefined;
}
