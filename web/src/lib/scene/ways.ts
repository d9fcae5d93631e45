// Geometry of the edges: each is straight, from a node to a node.
import type { Plant } from '../api/types';

/** Geometry of an edge, ready to be driven along. */
export interface Way {
  x: number;
  y: number;
  dx: number;
  dy: number;
  /** [m] */
  length: number;
  heading: number;
}

/** An edge without length still has a direction [m]. */
const LEAST = 1e-6;

/** All edges of a plant, by index. A plant has tens of thousands and its vehicles drive on few: each is worked out when it is first asked for. */
export class Ways {
  readonly count: number;
  readonly #kept: (Way | undefined)[];

  constructor(private readonly plant: Plant) {
    this.count = plant.edges.length;
    this.#kept = new Array<Way | undefined>(this.count);
  }

  at(index: number): Way | undefined {
    return index < this.count ? (this.#kept[index] ??= this.#made(index)) : undefined;
  }

  #made(index: number): Way | undefined {
    const edge = this.plant.edges[index];
    if (!edge) return undefined;
    const [a, b] = [this.plant.nodes[edge.from], this.plant.nodes[edge.to]];
    const [x, y] = [(a?.x ?? 0) / 1_000, (a?.y ?? 0) / 1_000];
    const [east, north] = [(b?.x ?? 0) / 1_000 - x, (b?.y ?? 0) / 1_000 - y];
    const length = Math.hypot(east, north) || LEAST;
    return { x, y, dx: east / length, dy: north / length, length, heading: Math.atan2(north, east) };
  }
}

/** An edge of so many corners that lie in one plane: a rectangle along it. */
export const CORNERS = 4;

/** How a track is drawn [m]. */
export interface Track {
  width: number;
  /** Farther than its nodes at both ends. */
  beyond: number;
  z: number;
}

/** Writes the corners of an edge's track, 12 numbers: right and left of its begin and end, without an object. */
export function track(plant: Plant, index: number, { width, beyond, z }: Track, out: Float32Array): void {
  const edge = plant.edges[index];
  const a = edge && plant.nodes[edge.from];
  const b = edge && plant.nodes[edge.to];
  if (!a || !b) return;
  const east = (b.x - a.x) / 1_000;
  const north = (b.y - a.y) / 1_000;
  const length = Math.sqrt(east * east + north * north) || LEAST;
  const alongX = (east / length) * beyond;
  const alongY = (north / length) * beyond;
  const acrossX = ((-north / length) * width) / 2;
  const acrossY = ((east / length) * width) / 2;
  const fromX = a.x / 1_000 - alongX;
  const fromY = a.y / 1_000 - alongY;
  const toX = b.x / 1_000 + alongX;
  const toY = b.y / 1_000 + alongY;
  const at = index * CORNERS * 3;
  out[at] = fromX - acrossX;
  out[at + 1] = fromY - acrossY;
  out[at + 3] = toX - acrossX;
  out[at + 4] = toY - acrossY;
  out[at + 6] = toX + acrossX;
  out[at + 7] = toY + acrossY;
  out[at + 9] = fromX + acrossX;
  out[at + 10] = fromY + acrossY;
  out[at + 2] = out[at + 5] = out[at + 8] = out[at + 11] = z;
}
