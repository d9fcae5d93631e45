// What does not move: floor, tracks, tools, stations, ports, chargers, parking, areas.
import {
  BoxGeometry, BufferAttribute, BufferGeometry, Color, Float32BufferAttribute, Group, InstancedMesh, LineBasicMaterial, LineSegments,
  Matrix4, Mesh, MeshBasicMaterial, MeshLambertMaterial, PlaneGeometry, Quaternion, Shape, ShapeGeometry, Sphere, Vector3,
} from 'three';
import type { Plant, StationView } from '../api/types';
import type { Colours } from './colours';
import { HEAT_STEPS, heatStep } from './heat';
import { Flats } from './flats';
import type { Hall, Box } from './layout';
import { arrow, signs, square } from './signs';
import { CORNERS, track } from './ways';

/** Heights of the layers above the floor [m]: seen from above they decide what covers what. */
const Z = { area: 0.007, grid: 0.012, parking: 0.02, track: 0.03, charger: 0.05, port: 0.06 } as const;
/** Areas are the floor with so much of their colour. */
const TINT = 0.1;
const TRACK_WIDTH = 0.35;
const HOT_WIDTH = 1.1;
const TOOL_HEIGHT = 0.3;
const STATION_HEIGHT = 2.2;
const WALL_HEIGHT = 5;

/** The two triangles of a track, by its corners. */
const TRIANGLES = [0, 1, 2, 0, 2, 3] as const;

const matrix = new Matrix4();
const turn = new Quaternion();
const up = new Vector3(0, 0, 1);

function instance(mesh: InstancedMesh, index: number, x: number, y: number, z: number, angle: number, sx: number, sy: number, sz = 1): void {
  turn.setFromAxisAngle(up, angle);
  mesh.setMatrixAt(index, matrix.compose(new Vector3(x, y, z), turn, new Vector3(sx, sy, sz)));
}

/** The colour of each instance is its own. */
function painted(mesh: InstancedMesh, colour: number): InstancedMesh {
  const paint = new Color(colour);
  for (let index = 0; index < mesh.count; index++) mesh.setColorAt(index, paint);
  return mesh;
}

export class Ground {
  readonly group = new Group();
  /** Seen from inside only: from outside one looks over them, and from above there are none. */
  readonly walls = new Group();
  /** One instance per station: to be picked. */
  readonly stations: InstancedMesh;
  readonly #tracks: Mesh;
  readonly #paint = new Color();
  readonly #flats = new Flats();
  /** Ends of all lines, and the colours of those. */
  readonly #ends: number[] = [];
  readonly #shades: number[] = [];
  readonly #states: (StationView['state'] | undefined)[] = [];
  #hot = false;

  constructor(private readonly plant: Plant, private readonly hall: Hall, private readonly colours: Colours) {
    this.#floor();
    this.#tracks = this.#ways();
    this.stations = this.#machines();
    this.#ports();
    this.#points(plant, plant.parking, Z.parking, colours.parking, square(), 1.2);
    this.#points(plant, plant.chargers.map((row) => row.node), Z.charger, colours.charger, signs.charging(), 2.4);
    this.#areas(plant);
    this.group.add(this.#flats.mesh());
    this.#drawLines();
    // None of it moves, and all of it is as large as the hall: nothing to work out in a frame.
    const { left, right, bottom, top } = hall.bounds;
    const whole = new Sphere(new Vector3((left + right) / 2, (bottom + top) / 2, 0), Math.hypot(right - left, top - bottom));
    this.group.traverse((one) => {
      // Drawing sorts what it draws by the middle of each, and would look for that among all corners.
      if (one instanceof InstancedMesh) one.boundingSphere = whole;
      else if (one instanceof Mesh || one instanceof LineSegments) one.geometry.boundingSphere = whole;
      one.updateMatrix();
      one.matrixAutoUpdate = false;
      one.frustumCulled = false;
    });
  }

  #floor(): void {
    const { left, right, bottom, top } = this.hall.bounds;
    this.#flats.add(new PlaneGeometry(), { x: (left + right) / 2, y: (bottom + top) / 2, z: 0, length: right - left, width: top - bottom }, this.colours.floor);
    this.#walls();
    const step = right - left > 200 ? 10 : 5;
    const points: number[] = [];
    for (let x = Math.ceil(left / step) * step; x <= right; x += step) points.push(x, bottom, Z.grid, x, top, Z.grid);
    for (let y = Math.ceil(bottom / step) * step; y <= top; y += step) points.push(left, y, Z.grid, right, y, Z.grid);
    this.#lines(points, this.colours.grid);
    this.#lines([left, bottom, Z.grid, right, bottom, Z.grid, right, bottom, Z.grid, right, top, Z.grid, right, top, Z.grid, left, top, Z.grid, left, top, Z.grid, left, bottom, Z.grid], this.colours.wall);
  }

  #walls(): void {
    const { left, right, bottom, top } = this.hall.bounds;
    const material = new MeshBasicMaterial({ color: this.colours.inside });
    const wall = (x: number, y: number, length: number, facing: number): void => {
      const mesh = new Mesh(new PlaneGeometry(length, WALL_HEIGHT), material);
      mesh.rotation.set(Math.PI / 2, facing, 0, 'XYZ');
      mesh.position.set(x, y, WALL_HEIGHT / 2);
      this.walls.add(mesh);
    };
    this.group.add(this.walls);
    wall((left + right) / 2, top, right - left, 0);
    wall((left + right) / 2, bottom, right - left, Math.PI);
    wall(left, (bottom + top) / 2, top - bottom, Math.PI / 2);
    wall(right, (bottom + top) / 2, top - bottom, -Math.PI / 2);
  }

  #lines(points: number[], colour: number): void {
    const { r, g, b } = new Color(colour);
    for (let at = 0; at < points.length; at += 3) this.#shades.push(r, g, b);
    this.#ends.push(...points);
  }

  /** All lines at once: a draw call each would cost more than they do. */
  #drawLines(): void {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute(this.#ends, 3));
    geometry.setAttribute('color', new Float32BufferAttribute(this.#shades, 3));
    this.group.add(new LineSegments(geometry, new LineBasicMaterial({ vertexColors: true })));
  }

  /** All tracks are one shape: without graphics hardware thousands of instances cost thousands of shapes. */
  #ways(): Mesh {
    const { count } = this.hall.ways;
    const numbers = count * CORNERS * 3;
    const index = new Uint32Array(count * TRIANGLES.length);
    for (let way = 0, at = 0; way < count; way++) for (const corner of TRIANGLES) index[at++] = way * CORNERS + corner;
    const geometry = new BufferGeometry()
      .setAttribute('position', new BufferAttribute(new Float32Array(numbers), 3))
      .setAttribute('color', new BufferAttribute(new Float32Array(numbers), 3))
      .setIndex(new BufferAttribute(index, 1));
    const mesh = new Mesh(geometry, new MeshBasicMaterial({ vertexColors: true }));
    this.#drawWays(geometry, null);
    this.group.add(mesh);
    return mesh;
  }

  /** All tracks, wider and in another colour where vehicles waited so long [s]. */
  #drawWays({ attributes }: BufferGeometry, seconds: Float32Array | null): void {
    const corners = attributes['position']?.array as Float32Array;
    const shades = attributes['color']?.array as Float32Array;
    const plain = { width: TRACK_WIDTH, beyond: TRACK_WIDTH / 2, z: Z.track };
    const paint = this.#paint.set(this.colours.track);
    for (let way = 0; way < this.hall.ways.count; way++) {
      const step = seconds ? heatStep(seconds[way] ?? 0) : 0;
      const width = TRACK_WIDTH + ((HOT_WIDTH - TRACK_WIDTH) * step) / HEAT_STEPS.length;
      track(this.plant, way, step ? { ...plain, width, z: Z.track + 0.01 } : plain, corners);
      if (seconds) paint.set(step ? (this.colours.heat[step - 1] ?? this.colours.track) : this.colours.track);
      for (let at = way * CORNERS * 3; at < (way + 1) * CORNERS * 3; at += 3) {
        shades[at] = paint.r;
        shades[at + 1] = paint.g;
        shades[at + 2] = paint.b;
      }
    }
  }

  #machines(): InstancedMesh {
    const { hall, colours } = this;
    const base = new InstancedMesh(new BoxGeometry(1, 1, 1), new MeshLambertMaterial(), hall.tools.length);
    const place = (mesh: InstancedMesh, index: number, box: Box, height: number, grow: number): void =>
      instance(mesh, index, box.x, box.y, height / 2, 0, box.width + grow, box.height + grow, height);
    hall.tools.forEach((tool, index) => place(base, index, tool.box, TOOL_HEIGHT, 0.6));
    painted(base, colours.tool);
    const mesh = new InstancedMesh(new BoxGeometry(1, 1, 1), new MeshLambertMaterial(), Math.max(1, hall.stations.length));
    hall.stations.forEach((box, index) => place(mesh, index, box, STATION_HEIGHT, 0));
    if (!hall.stations.length) mesh.count = 0;
    painted(mesh, colours.stations.idle);
    this.group.add(base, mesh);
    return mesh;
  }

  #ports(): void {
    const [flows, stores] = [arrow(), square()];
    for (const { x, y, towards } of this.hall.ports) {
      const lies = { x, y, z: Z.port };
      if (towards) this.#flats.add(flows, { ...lies, angle: Math.atan2(towards.y, towards.x), length: 1, width: 1.1 }, this.colours.port);
      else this.#flats.add(stores, { ...lies, length: 0.9, width: 0.9 }, this.colours.port);
    }
  }

  #points(plant: Plant, nodes: readonly number[], z: number, colour: number, shape: ShapeGeometry, size: number): void {
    for (const index of nodes) {
      const row = plant.nodes[index];
      if (row) this.#flats.add(shape, { x: row.x / 1_000, y: row.y / 1_000, z, length: size, width: size }, colour);
    }
  }

  #areas(plant: Plant): void {
    const tinted = this.#paint.set(this.colours.floor).lerp(new Color(this.colours.area), TINT).getHex();
    for (const area of plant.areas) {
      const points = area.outline.map(([x = 0, y = 0]) => ({ x: x / 1_000, y: y / 1_000 }));
      if (points.length < 3) {
        this.#points(plant, area.nodes, Z.area, this.colours.area, square(), 2);
        continue;
      }
      const shape = new Shape();
      points.forEach(({ x, y }, index) => (index ? shape.lineTo(x, y) : shape.moveTo(x, y)));
      this.#flats.add(new ShapeGeometry(shape), { x: 0, y: 0, z: Z.area, length: 1, width: 1 }, tinted);
      this.#lines(points.flatMap((a, index) => {
        const b = points[(index + 1) % points.length] ?? a;
        return [a.x, a.y, Z.area, b.x, b.y, Z.area];
      }), this.colours.area);
    }
  }

  /** Paints each station as its state is; gives whether some look otherwise now, and whether one went down or came up. */
  states(rows: readonly StationView[]): { changed: boolean; down: boolean } {
    const told = { changed: false, down: false };
    for (let index = 0; index < Math.min(rows.length, this.stations.count); index++) {
      const [state, was] = [rows[index]?.state, this.#states[index]];
      if (state === undefined || state === was) continue;
      told.changed = true;
      told.down ||= state === 'down' || was === 'down';
      this.#states[index] = state;
      this.stations.setColorAt(index, this.#paint.set(this.colours.stations[state] ?? this.colours.stations.idle));
    }
    if (told.changed && this.stations.instanceColor) this.stations.instanceColor.needsUpdate = true;
    return told;
  }

  /** Shows where vehicles waited, or plain tracks. */
  heat(seconds: Float32Array | null): void {
    if (!seconds && !this.#hot) return;
    this.#hot = seconds !== null;
    const { geometry } = this.#tracks;
    this.#drawWays(geometry, seconds);
    for (const one of Object.values(geometry.attributes)) one.needsUpdate = true;
  }

  dispose(): void {
    this.group.traverse((one) => {
      if (one instanceof Mesh || one instanceof LineSegments) {
        one.geometry.dispose();
        for (const material of [one.material].flat()) material.dispose();
      }
    });
  }
}
