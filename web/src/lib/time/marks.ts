// What stands out on the time bar: looking for the next, joining what stands too close to draw apart.
import type { Mark, MarkKind } from '../api/types';
import { type Range, x } from './axis';

/** Instants closer than this are the same for going from mark to mark [us]. */
const SAME = 500_000;

/** The next mark after an instant, or the last before it. */
export function neighbour(marks: readonly Mark[], at: number, forward: boolean): Mark | undefined {
  return forward ? marks.find((mark) => mark.at > at + SAME) : marks.findLast((mark) => mark.at < at - SAME);
}

/** Marks of one kind that stand on the same pixels. */
export interface Cluster {
  kind: MarkKind;
  /** Where [px]. */
  x: number;
  marks: Mark[];
}

/** Marks in view, joined where they are closer than `apart` pixels to the first of their kind. */
export function clusters(marks: readonly Mark[], range: Range, width: number, apart: number): Cluster[] {
  const made: Cluster[] = [];
  const last = new Map<MarkKind, Cluster>();
  for (const mark of marks) {
    const place = x(mark.at, range, width);
    if (place < -apart || place > width + apart) continue;
    const open = last.get(mark.kind);
    if (open && place - open.x < apart) {
      open.marks.push(mark);
      continue;
    }
    const cluster = { kind: mark.kind, x: place, marks: [mark] };
    made.push(cluster);
    last.set(mark.kind, cluster);
  }
  return made;
}

/** Older and newer marks put together by begin; of the same one the newer word counts. */
export function join(old: readonly Mark[], fresh: readonly Mark[]): Mark[] {
  const key = (mark: Mark): string => `${mark.kind}|${mark.object}|${mark.code}|${mark.id}|${mark.at}`;
  const all = new Map(old.map((mark) => [key(mark), mark]));
  for (const mark of fresh) all.set(key(mark), mark);
  return [...all.values()].toSorted((a, b) => a.at - b.at);
}
