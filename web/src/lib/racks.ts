// How slots lie in the faces of an aisle, and which of them somebody looks for.
import type { RackView, SlotView } from './api/types';

export interface Cell {
  slot: SlotView;
  bay: number;
  level: number;
  /** 0 front, 1 rear. */
  row: number;
}

/** The slots of an aisle, face by face; they come bay by bay, level by level, side by side, front before rear. */
export function cells(rack: Pick<RackView, 'sides' | 'levels' | 'depth' | 'bays'>, slots: readonly SlotView[]): Cell[][] {
  const faces: Cell[][] = Array.from({ length: rack.sides }, () => []);
  slots.forEach((slot, n) => {
    const [lane, row] = [Math.floor(n / rack.depth), n % rack.depth];
    const [column, side] = [Math.floor(lane / rack.sides), lane % rack.sides];
    faces[side]?.push({ slot, row, bay: Math.floor(column / rack.levels), level: column % rack.levels });
  });
  return faces;
}

/** Whether somebody who looks for this text means the slot; nobody looks for nothing. */
export function matches({ name, load }: SlotView, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  if (!text) return false;
  const words = [name, load?.carrier, load?.product, load?.next];
  return words.some((word) => word?.toLowerCase().includes(text));
}
