// Time, place and selection stand in the address: every fact is a link.
//
//   #view=plan&sel=vehicle:agv-7&t=3600000000&at=120.5,33,40
//
// `t` is plant time [us]; without it the page is live. `at` is what the plan shows: centre east and
// north [m], metres across.

/** What can be selected, with its name in the plant folder (an alarm, transport: its serial). */
export type Kind = 'vehicle' | 'station' | 'buffer' | 'order' | 'transport' | 'charger' | 'area' | 'alarm' | 'lot' | 'line';

export interface Selection {
  kind: Kind;
  name: string;
}

export interface Place {
  x: number;
  y: number;
  across: number;
}

export interface Link {
  view: string;
  selection: Selection | null;
  /** Plant time [us]; `null`: live. */
  time: number | null;
  place: Place | null;
}

const KINDS: readonly Kind[] = ['vehicle', 'station', 'buffer', 'order', 'transport', 'charger', 'area', 'alarm', 'lot', 'line'];

/** Reads an address; what it does not understand it leaves out. */
export function read(hash: string): Link {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const [kind, ...rest] = (words.get('sel') ?? '').split(':');
  const name = rest.join(':');
  const known = KINDS.find((one) => one === kind);
  const time = words.get('t');
  const at = (words.get('at') ?? '').split(',').map(Number);
  const [x, y, across] = at;
  const place = at.length === 3 && at.every(Number.isFinite) ? { x: x ?? 0, y: y ?? 0, across: across ?? 1 } : null;
  return {
    view: words.get('view') ?? '',
    selection: known && name ? { kind: known, name } : null,
    time: time !== null && /^-?\d+$/.test(time) ? Number(time) : null,
    place: place && place.across > 0 ? place : null,
  };
}

/** Writes an address that [`read`] gives back. */
export function write(link: Link): string {
  const words: string[] = [];
  if (link.view) words.push(`view=${encodeURIComponent(link.view)}`);
  if (link.selection) words.push(`sel=${link.selection.kind}:${encodeURIComponent(link.selection.name)}`);
  if (link.time !== null) words.push(`t=${Math.round(link.time)}`);
  if (link.place) words.push(`at=${link.place.x.toFixed(1)},${link.place.y.toFixed(1)},${link.place.across.toFixed(0)}`);
  return words.length ? `#${words.join('&')}` : '';
}

class Address {
  #link = $state.raw<Link>(read(location.hash));

  constructor() {
    window.addEventListener('hashchange', () => (this.#link = read(location.hash)));
  }

  get view(): string {
    return this.#link.view;
  }
  get selection(): Selection | null {
    return this.#link.selection;
  }
  get time(): number | null {
    return this.#link.time;
  }
  get place(): Place | null {
    return this.#link.place;
  }

  /** Goes somewhere: what is not given stays. A change of view or selection can be gone back from. */
  go(change: Partial<Link>): void {
    const next = { ...this.#link, ...change };
    const hash = write(next);
    const step = 'view' in change || 'selection' in change;
    const url = hash || location.pathname + location.search;
    if (hash !== write(this.#link)) history[step ? 'pushState' : 'replaceState'](null, '', url);
    this.#link = next;
  }

  /** Selects; the same again changes nothing. */
  select(kind: Kind, name: string): void {
    this.go({ selection: { kind, name } });
  }

  /** The whole address of a moment, for others. */
  of(link: Partial<Link>): string {
    return location.origin + location.pathname + write({ ...this.#link, ...link });
  }

  is(kind: Kind, name: string): boolean {
    const now = this.#link.selection;
    return now !== null && now.kind === kind && now.name === name;
  }
}

export const address = new Address();
