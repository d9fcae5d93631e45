// The act that a person is about to ask for, and what was told about the last ones.
import { act, get, type Result } from '../api/client';
import type { Act, Done } from '../api/types';
import { find, racks } from '../racks.svelte';
import { store } from '../store/store.svelte';
import type { Offer, Target, What } from './offers';
import { begin, type Course, go, type Word } from './steps';

/** What came of an act, for the line that says so. */
export interface Told {
  id: number;
  offer: Offer;
  done: Done;
}

/** How long it is said that something was done [ms]. */
const SAID = 12_000;

/** Revision of the object in the picture on screen; `null`: the picture does not tell, or the object has gone. */
export function shownRevision(target: Target): number | null {
  switch (target.kind) {
    case 'vehicle':
      return store.vehicles.find((row) => row.name === target.name)?.revision ?? null;
    case 'station':
      return store.stations.find((row) => row.name === target.name)?.revision ?? null;
    case 'order':
      return store.orders.find((row) => row.reference === target.name)?.revision ?? null;
    case 'area':
      return store.access.find((row) => row.zone === target.name)?.revision ?? null;
    case 'transport':
      return store.transports.find((row) => row.id === target.id)?.revision ?? null;
    case 'alarm':
      return store.alarms.find((row) => row.id === target.id)?.revision ?? null;
    case 'slot':
      return find(racks.slots, target.name)?.revision ?? null;
    case 'clock':
      return null;
    case 'new':
      return 0;
  }
}

/** Asks the server where the feed does not carry every revision: of the clock and of closed access windows. */
async function askedRevision(target: Target): Promise<number | null> {
  if (target.kind === 'clock') {
    const asked = await get('/api/v1/view');
    return asked.ok ? asked.value.revision : null;
  }
  if (target.kind === 'area') {
    const asked = await get('/api/v1/access');
    return asked.ok ? (asked.value.find((row) => row.zone === target.name)?.revision ?? null) : null;
  }
  return shownRevision(target);
}

class Acting {
  offer = $state.raw<Offer | null>(null);
  course = $state.raw<Course | null>(null);
  told = $state.raw<Told[]>([]);
  #serial = 0;

  /** Opens the dialog; an act that needs neither words nor a second look is sent at once. */
  async start(offer: Offer): Promise<void> {
    const seen = await askedRevision(offer.target);
    const course = begin(offer.twice, offer.fields.length > 0, seen ?? 0);
    this.offer = offer;
    this.course = course;
    if (!offer.twice && offer.fields.length === 0) await this.next(offer.what({}));
  }

  /** One step on; sends when it is time. */
  async next(what: What): Promise<void> {
    if (!this.#say({ word: 'next' })) return;
    const offer = this.offer;
    const course = this.course;
    if (!offer || course?.step !== 'sending') return;
    const answer: Result<Done> = await act({ ...what, revision: course.seen } as Act);
    if (this.offer !== offer) {
      if (answer.ok) this.#tell(offer, answer.value);
      return;
    }
    this.#say(answer.ok ? { word: 'answered', done: answer.value } : { word: 'failed', fault: answer.fault });
    if (answer.ok) {
      this.#tell(offer, answer.value);
      this.close();
    }
  }

  back(): void {
    this.#say({ word: 'back' });
  }

  /** The person looks at the object as it is now. */
  async lookAgain(): Promise<void> {
    if (!this.offer) return;
    const current = this.course?.fault?.current;
    const revision = (await askedRevision(this.offer.target)) ?? current ?? 0;
    this.#say({ word: 'looked', revision: Math.max(revision, current ?? 0) });
  }

  /** The dialog is wanted: an act that is sent at once is seen only if it was not done. */
  get asks(): boolean {
    const { offer, course } = this;
    return offer !== null && course !== null && (offer.twice || offer.fields.length > 0 || course.step === 'stale' || course.step === 'refused');
  }

  close(): void {
    this.offer = null;
    this.course = null;
  }

  dismiss(id: number): void {
    this.told = this.told.filter((one) => one.id !== id);
  }

  #tell(offer: Offer, done: Done): void {
    const id = ++this.#serial;
    this.told = [...this.told.slice(-2), { id, offer, done }];
    setTimeout(() => this.dismiss(id), SAID);
  }

  #say(word: Word): boolean {
    const before = this.course;
    if (!before) return false;
    this.course = go(before, word);
    return this.course !== before;
  }
}

export const acting = new Acting();
