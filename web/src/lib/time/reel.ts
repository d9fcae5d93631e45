// A picture of another time that can be moved: stretches of what the feed told, with a whole picture at
// the begin of each. Forward it applies items, exactly as the live picture does; backward it begins again
// from the whole picture before.
import type { Fault, Result } from '../api/client';
import type { Numbered, View } from '../api/types';
import { Picture, type Topic } from '../store/picture';
import { MINUTE, type Range, SECOND } from './axis';

/** Where pictures and items come from: the journal, or the first path of the forecast. */
export interface Teller {
  view(at: number): Promise<Result<View>>;
  /** Items of at most ten minutes. */
  feed(from: number, until: number): Promise<Result<Numbered[]>>;
}

/** A whole picture holds no motion: it is asked for so much earlier, and the segments since are played in. */
export const LEAD = 30 * SECOND;
/** Longest stretch the server gives at once. */
export const LONGEST = 10 * MINUTE;
/** Stretches kept to go back in. */
const KEPT = 30;

interface Stretch extends Range {
  items: Numbered[];
  /** As it was at `from`; known once it has been played up to there. */
  begin: Picture | null;
}

/** How much is asked for at once when playing so fast [us]: about 20 s of the page. */
export function portion(speed: number): number {
  return Math.min(LONGEST, Math.max(MINUTE, speed * 20 * SECOND));
}

/** What to ask for next when playing from `at`; `null`: enough is there, or there is no more. */
export function next(at: number, loaded: number, speed: number, end: number): Range | null {
  if (loaded >= end || loaded - at > speed * 10 * SECOND) return null;
  return { from: loaded, until: Math.min(loaded + portion(speed), end) };
}

export class Reel {
  picture = new Picture();
  /** Where it stands [us]. */
  at = 0;
  #stretches: Stretch[] = [];
  #stretch = 0;
  #item = 0;
  /** The first instant at which also everything that moves is known. */
  #sound = 0;
  #asking = false;

  constructor(private readonly teller: Teller) {}

  /** Loaded up to here. */
  get until(): number {
    return this.#stretches.at(-1)?.until ?? 0;
  }

  get empty(): boolean {
    return this.#stretches.length === 0;
  }

  /** It can be moved there without asking. */
  covers(at: number): boolean {
    return !this.empty && at >= this.#sound && at <= this.until;
  }

  /** Loads what is needed to stand at `at` and to go on at this speed; `all` is what there is. */
  async begin(at: number, speed: number, all: Range): Promise<Fault | null> {
    const from = Math.max(all.from, at - LEAD);
    const until = Math.max(at, Math.min(all.until, from + portion(speed)));
    const [view, items] = await Promise.all([this.teller.view(from), this.teller.feed(from, until)]);
    if (!view.ok) return view.fault;
    if (!items.ok) return items.fault;
    const begin = new Picture();
    begin.look(view.value);
    this.#stretches = [{ from, until, items: items.value, begin }];
    this.#sound = from > all.from ? at : from;
    this.#rewind(0);
    return null;
  }

  /** Moves, and gives what changed; `null` if that is not loaded. */
  to(at: number): Set<Topic> | null {
    if (!this.covers(at)) return null;
    const topics = new Set<Topic>();
    if (at < this.at) {
      const back = this.#stretches.findLastIndex((one) => one.begin !== null && one.from <= at);
      this.#rewind(Math.max(0, back));
      topics.add('whole');
    }
    this.#play(at, topics);
    this.at = at;
    return topics;
  }

  /** Asks for what follows, if it is time to. */
  async more(speed: number, end: number): Promise<Fault | null> {
    const wanted = this.empty || this.#asking ? null : next(this.at, this.until, speed, end);
    if (!wanted) return null;
    this.#asking = true;
    const items = await this.teller.feed(wanted.from, wanted.until);
    this.#asking = false;
    // A jump meanwhile: this does not follow on anything.
    if (wanted.from !== this.until) return null;
    if (!items.ok) return items.fault;
    this.#stretches.push({ ...wanted, items: items.value, begin: null });
    this.#forget();
    return null;
  }

  #play(at: number, topics: Set<Topic>): void {
    for (;;) {
      const stretch = this.#stretches[this.#stretch];
      if (!stretch) return;
      for (let item = stretch.items[this.#item]; item && item.at <= at; item = stretch.items[this.#item]) {
        topics.add(this.picture.apply(item));
        this.#item += 1;
      }
      const following = this.#stretches[this.#stretch + 1];
      if (!following || at < following.from) return;
      following.begin ??= this.picture.copy();
      this.#stretch += 1;
      this.#item = 0;
    }
  }

  #rewind(index: number): void {
    const stretch = this.#stretches[index];
    if (!stretch?.begin) return;
    this.picture = stretch.begin.copy();
    this.#stretch = index;
    this.#item = 0;
    this.at = stretch.from;
  }

  #forget(): void {
    while (this.#stretches.length > KEPT && this.#stretch > 0) {
      this.#stretches.shift();
      this.#stretch -= 1;
      this.#sound = Math.max(this.#sound, this.#stretches[0]?.from ?? 0);
    }
  }
}
