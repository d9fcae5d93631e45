// All vehicles: one mesh of bodies, one of loads, one of each sign. A frame costs a pass over the vehicles and no
// object.
import { BoxGeometry, BufferGeometry, Color, DoubleSide, DynamicDrawUsage, ExtrudeGeometry, Group, InstancedMesh, Mesh, MeshBasicMaterial, MeshLambertMaterial } from 'three';
import type { Motion, Plant, VehicleView } from '../api/types';
import type { Picture } from '../store/picture';
import { nodeIndex } from '../store/places';
import type { Colours } from './colours';
import { crowd, Table, type Tables } from './crowd';
import type { Hall } from './layout';
import { along, current, Drawn, type Ease, type Pose } from './motion';
import { body, type Sign, signs } from './signs';

/** Heights [m]. */
const BODY = 0.35;
const LOAD = 0.7;
const Z = { body: 0.08, sign: 1.6 } as const;

type Numbers = InstancedMesh['instanceMatrix']['array'];

/** No edge leads there. */
const NONE = 0xffff_ffff;

/** Opacity of what has not happened. */
const GHOST = 0.42;

/** How the vehicles are looked at. */
export interface Look {
  /** Pixels of one metre seen from above; in 3D as far as signs are concerned. */
  scale: number;
  /** Size of the type [px]: whoever reads it large wants to see vehicles large. */
  type: number;
  /** Signs lie flat and upright on the screen; in 3D they face the camera. */
  facing: { x: number; y: number; z: number; w: number } | null;
}

/** Bodies are never drawn smaller than this, signs of what is wrong neither: times the size of the type. */
const LEAST_BODY = 0.6;
const LEAST_SIGN = 1.3;
const LEAST_QUIET = 0.75;

/** The sign of a state; none where the shape of the body says all. */
export function signOf(row: VehicleView): Sign | null {
  if (!row.link) return 'lost';
  if (row.state === 'stopped' || row.held) return 'stopped';
  if (row.state === 'waiting' || row.state === 'handling' || row.state === 'charging') return row.state;
  return null;
}

export class Vehicles {
  readonly group = new Group();
  readonly drawn: Drawn[];
  /** How many have a sign of what is wrong. */
  wrong = 0;
  readonly #tables: Tables;
  readonly #shapes: Mesh<BufferGeometry, MeshLambertMaterial>[];
  readonly #signs: Record<Sign, InstancedMesh>;
  readonly #sizes: { length: number; width: number }[];
  readonly #names = new Map<string, number>();
  /** By name; made when it is first asked for. */
  #edges: Map<string, number> | null = null;
  readonly #nodes: Map<string, number>;
  /** For each node an edge that leads there. */
  readonly #into: Uint32Array;
  readonly #paint = new Color();
  readonly #pose: Pose = { x: 0, y: 0, heading: 0 };
  readonly #painted: (VehicleView | undefined)[];

  constructor(private readonly plant: Plant, private readonly hall: Hall, private readonly colours: Colours) {
    const count = plant.vehicles.length;
    this.drawn = plant.vehicles.map(() => new Drawn());
    this.#painted = plant.vehicles.map(() => undefined);
    this.#sizes = plant.vehicles.map((row) => {
      const kind = plant.vehicle_types[row.kind];
      return { length: (kind?.length ?? 1_000) / 1_000, width: (kind?.width ?? 800) / 1_000 };
    });
    plant.vehicles.forEach((row, index) => this.#names.set(row.name, index));
    this.#nodes = nodeIndex(plant);
    this.#into = new Uint32Array(plant.nodes.length).fill(NONE);
    plant.edges.forEach((edge, index) => (this.#into[edge.to] = index));
    this.#tables = { poses: new Table(count), sizes: new Table(count), paints: new Table(count) };
    const shape = new ExtrudeGeometry(body(), { depth: 1, bevelEnabled: false });
    const box = new BoxGeometry(1, 1, 1).translate(0, 0, 0.5);
    this.#shapes = [
      crowd(shape, count, this.#tables, { z: Z.body, height: BODY, length: 1, width: 1 }),
      crowd(box, count, this.#tables, { z: Z.body + BODY, height: LOAD, length: 0.5, width: 0.72, load: colours.load }),
    ];
    this.group.add(...this.#shapes);
    const sign = (kind: Sign, colour: number): InstancedMesh => {
      const mesh = this.#mesh(new InstancedMesh(signs[kind](), new MeshBasicMaterial({ color: colour, side: DoubleSide, depthTest: false }), count));
      mesh.renderOrder = kind === 'stopped' || kind === 'lost' ? 3 : 2;
      return mesh;
    };
    this.#signs = {
      waiting: sign('waiting', colours.sign),
      handling: sign('handling', colours.sign),
      charging: sign('charging', colours.sign),
      stopped: sign('stopped', colours.wrong),
      lost: sign('lost', colours.lost),
    };
  }

  #mesh(mesh: InstancedMesh): InstancedMesh {
    mesh.instanceMatrix.setUsage(DynamicDrawUsage);
    mesh.frustumCulled = false;
    this.group.add(mesh);
    return mesh;
  }

  /** Drawn so that the ground shines through: what is to come, not what is. */
  ghosts(on: boolean): void {
    for (const mesh of [...this.#shapes, ...Object.values(this.#signs)]) {
      const { material } = mesh;
      if (Array.isArray(material)) continue;
      material.transparent = on;
      material.opacity = on ? GHOST : 1;
      material.needsUpdate = true;
    }
  }

  /** Index of a vehicle by name; -1 if there is none. */
  index(name: string): number {
    return this.#names.get(name) ?? -1;
  }

  /** The edge a vehicle stands on or came by; -1 if none is known. */
  edge(row: VehicleView, segments: readonly Motion[] | undefined): number {
    const last = segments?.at(-1);
    if (last) return last.edge;
    this.#edges ??= new Map(this.plant.edges.map((edge, index) => [edge.name, index]));
    return row.edge ? (this.#edges.get(row.edge) ?? -1) : -1;
  }

  #target(row: VehicleView, segment: Motion | undefined, time: number): Pose {
    const pose = this.#pose;
    const way = segment && this.hall.ways.at(segment.edge);
    if (segment && way) {
      const s = along(segment, way, time);
      pose.x = way.x + way.dx * s;
      pose.y = way.y + way.dy * s;
      pose.heading = way.heading;
      return pose;
    }
    const index = row.node ? this.#nodes.get(row.node) : undefined;
    const at = index === undefined ? undefined : this.plant.nodes[index];
    pose.x = (at?.x ?? 0) / 1_000;
    pose.y = (at?.y ?? 0) / 1_000;
    pose.heading = index === undefined ? 0 : (this.hall.ways.at(this.#into[index] ?? NONE)?.heading ?? 0);
    return pose;
  }

  /** Puts all where they are at this plant time [us]; gives whether anything moved. */
  step(picture: Picture, time: number, eased: Ease, look: Look, hidden: (row: VehicleView) => boolean): boolean {
    let moved = false;
    let [placed, sized] = [false, false];
    const { poses, sizes } = this.#tables;
    const counts: Record<Sign, number> = { waiting: 0, handling: 0, charging: 0, stopped: 0, lost: 0 };
    for (let index = 0; index < this.drawn.length; index++) {
      const row = picture.vehicles[index];
      const drawn = this.drawn[index];
      const size = this.#sizes[index];
      if (!row || !drawn || !size) continue;
      const segments = picture.motions[index];
      const segment = segments?.length ? current(segments, time) : undefined;
      if (drawn.step(this.#target(row, segment, time), segment, eased)) moved = true;
      const grow = hidden(row) ? 0 : Math.max(1, (LEAST_BODY * look.type) / (size.length * look.scale));
      if (poses.set(index, drawn.x, drawn.y, drawn.cos, drawn.sin)) placed = true;
      if (sizes.set(index, size.length * grow, size.width * grow, loaded(row) ? 1 : 0, 0)) sized = true;
      if (grow === 0) continue;
      const sign = signOf(row);
      if (sign) {
        const wrong = sign === 'stopped' || sign === 'lost';
        // What is normal is not told by a sign where it would only be a speck.
        if (wrong || size.length * grow * look.scale >= LEAST_QUIET * look.type) {
          const side = wrong ? Math.max(size.length, (LEAST_SIGN * look.type) / look.scale) : size.width * grow;
          face(this.#signs[sign].instanceMatrix.array, counts[sign]++, drawn, Z.sign, side, look.facing);
        }
      }
      if (this.#painted[index] !== row) this.#colour(index, row);
    }
    if (placed) poses.texture.needsUpdate = true;
    if (sized) sizes.texture.needsUpdate = true;
    for (const sign of SIGNS) show(this.#signs[sign], counts[sign]);
    this.wrong = counts.stopped + counts.lost;
    return moved;
  }

  #colour(index: number, row: VehicleView): void {
    this.#painted[index] = row;
    const colour = row.link ? (row.held ? this.colours.wrong : this.colours.vehicles[row.state]) : this.colours.lost;
    const { r, g, b } = this.#paint.set(colour);
    if (this.#tables.paints.set(index, r, g, b, 1)) this.#tables.paints.texture.needsUpdate = true;
  }

  dispose(): void {
    for (const mesh of [...this.#shapes, ...Object.values(this.#signs)]) {
      mesh.geometry.dispose();
      for (const material of [mesh.material].flat()) material.dispose();
      if (mesh instanceof InstancedMesh) mesh.dispose();
    }
    for (const table of Object.values(this.#tables) as Table[]) table.texture.dispose();
  }
}

const SIGNS = Object.keys(signs) as Sign[];

function loaded(row: VehicleView): boolean {
  for (const load of row.loads) if (load !== null) return true;
  return false;
}

/** So many of a mesh are drawn; no more than their matrices goes to the graphics card. */
function show(mesh: InstancedMesh, count: number): void {
  mesh.count = count;
  mesh.visible = count > 0;
  if (!count) return;
  mesh.instanceMatrix.clearUpdateRanges();
  mesh.instanceMatrix.addUpdateRange(0, count * 16);
  mesh.instanceMatrix.needsUpdate = true;
}

/** Writes a matrix that faces the camera (by its orientation), or lies upright on the plan. */
function face(out: Numbers, index: number, at: Drawn, z: number, size: number, q: Look['facing']): void {
  const o = index * 16;
  const { x, y, z: w3, w } = q ?? { x: 0, y: 0, z: 0, w: 1 };
  out[o] = (1 - 2 * (y * y + w3 * w3)) * size;
  out[o + 1] = 2 * (x * y + w3 * w) * size;
  out[o + 2] = 2 * (x * w3 - y * w) * size;
  out[o + 3] = 0;
  out[o + 4] = 2 * (x * y - w3 * w) * size;
  out[o + 5] = (1 - 2 * (x * x + w3 * w3)) * size;
  out[o + 6] = 2 * (y * w3 + x * w) * size;
  out[o + 7] = out[o + 11] = 0;
  out[o + 8] = 2 * (x * w3 + y * w) * size;
  out[o + 9] = 2 * (y * w3 - x * w) * size;
  out[o + 10] = (1 - 2 * (x * x + y * y)) * size;
  out[o + 12] = at.x;
  out[o + 13] = at.y;
  out[o + 14] = z;
  out[o + 15] = 1;
}
