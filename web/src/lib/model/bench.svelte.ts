// The draft on the workbench: held here, sent whole with each request. It is looked at again whenever it changes, the
// folder changes on the disk, or the reader's language does.
import { type Fault, get, post, remove, type Result } from '../api/client';
import type { CheckView, Draft, FolderView, Move, Plant, Saved, SimulationView } from '../api/types';
import { joined } from './moves';

/** The folder is asked about this often, and a simulation that runs [ms]. */
const AGAIN = 2_000;
/** Changes are waited for so long before a draft is looked at [ms]. */
const REST = 120;

/** What of a draft can be undone. */
interface Work {
  moves: readonly Move[];
  texts: Readonly<Record<string, string>>;
}
const NOTHING: Work = { moves: [], texts: {} };

export interface Wanted {
  minutes: number;
  warm_up: number;
  pairs: number;
  seed: number;
}

class Bench {
  folder = $state.raw<FolderView | null>(null);
  /** Why the folder cannot be shown. */
  lost = $state.raw<Fault | null>(null);
  found = $state.raw<CheckView | null>(null);
  /** The newest model without errors. */
  plant = $state.raw<Plant | null>(null);
  checking = $state(false);
  /** Why the last change was not made. */
  refused = $state.raw<Fault | null>(null);
  base = $state('');
  work = $state.raw<Work>(NOTHING);
  simulation = $state.raw<SimulationView | null>(null);
  #past = $state.raw<readonly Work[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #poll: ReturnType<typeof setInterval> | undefined;
  #ask: AbortController | undefined;

  /** Somebody looks: the folder is followed. Gives what ends that. */
  follow(): () => void {
    void this.look();
    void this.watch();
    this.#poll = setInterval(() => {
      void this.look();
      if (this.simulation?.status === 'running') void this.watch();
    }, AGAIN);
    return () => {
      clearInterval(this.#poll);
      clearTimeout(this.#timer);
    };
  }

  get draft(): Draft {
    return { base: this.base, moves: [...this.work.moves], texts: { ...this.work.texts } };
  }
  /** Something is changed. */
  get begun(): boolean {
    return this.work.moves.length > 0 || Object.keys(this.work.texts).length > 0;
  }
  get undoable(): boolean {
    return this.#past.length > 0;
  }
  /** The folder was changed since the draft was begun. */
  get stale(): boolean {
    return this.begun && this.folder !== null && this.base !== '' && this.folder.revision !== this.base;
  }

  /** Looks at the folder. */
  async look(): Promise<void> {
    const asked = await get('/api/v1/model');
    this.lost = asked.ok ? null : asked.fault;
    if (!asked.ok) return;
    const before = this.folder?.revision;
    this.folder = asked.value;
    if (!this.begun) this.base = asked.value.revision;
    if (asked.value.revision !== before) await this.check();
  }

  /** The folder as it is now becomes the base of the draft. */
  rebase(): void {
    if (this.folder) this.base = this.folder.revision;
    void this.check();
  }

  move(next: Move): void {
    this.#change({ ...this.work, moves: joined(this.work.moves, next) });
  }
  /** Another text of a file. */
  write(name: string, text: string): void {
    this.#change({ ...this.work, texts: { ...this.work.texts, [name]: text } });
  }
  undo(): void {
    const before = this.#past.at(-1);
    if (!before) return;
    this.#past = this.#past.slice(0, -1);
    this.#set(before);
  }
  /** Everything as the folder has it. */
  clear(): void {
    if (this.begun) this.#change(NOTHING);
  }

  #change(work: Work): void {
    this.#past = [...this.#past, this.work];
    this.refused = null;
    this.#set(work);
  }
  #set(work: Work): void {
    this.work = work;
    if (!this.begun && this.folder) this.base = this.folder.revision;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), REST);
  }

  /** Looks at the draft. */
  async check(): Promise<void> {
    this.#ask?.abort();
    const ask = (this.#ask = new AbortController());
    this.checking = true;
    const asked = await post('/api/v1/model/check', this.draft, { signal: ask.signal });
    if (this.#ask !== ask) return;
    this.checking = false;
    if (asked.ok) {
      this.found = asked.value.found;
      const plant = asked.value.plant;
      if (plant && plant.hash !== this.plant?.hash) this.plant = plant;
      return;
    }
    // A change that cannot be made is taken back: the draft stays one that can be looked at.
    this.refused = asked.fault;
    if ((asked.fault.status === 404 || asked.fault.status === 422) && this.undoable) this.undo();
  }

  /** Asks how the simulation goes. */
  async watch(): Promise<void> {
    const asked = await get('/api/v1/model/simulation');
    if (asked.ok) this.simulation = asked.value;
  }
  async simulate(wanted: Wanted): Promise<Fault | null> {
    const asked = await post('/api/v1/model/simulation', { draft: this.draft, ...wanted });
    if (!asked.ok) return asked.fault;
    this.simulation = asked.value;
    return null;
  }
  async end(): Promise<void> {
    await remove('/api/v1/model/simulation');
    await this.watch();
  }

  async save(folder: string | null): Promise<Result<Saved>> {
    const asked = await post('/api/v1/model/save', { draft: this.draft, folder });
    // What was written into the plant folder is no draft any more.
    if (asked.ok && folder === null) {
      this.work = NOTHING;
      this.#past = [];
    }
    await this.look();
    return asked;
  }
}

export const bench = new Bench();
