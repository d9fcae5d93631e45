// What does not move: floor, tracks, tools, stations, ports, chargers, parking, areas.
import {
  BoxGeometry, BufferGeometry, Color, DoubleSide, Float32BufferAttribute, Group, InstancedMesh, LineBasicMaterial, LineSegments,
  Matrix4, Mesh, MeshBasicMaterial, MeshLambertMaterial, PlaneGeometry, Quaternion, Shape, ShapeGeometry, Vector3,
} from 'three';
import type { Plant, StationView } from '../api/types';
import type { Colours } from './colours';
import { HEAT_STEPS, heatStep } from './heat';
import type { Hall, Box } from './layout';
import { arrow, signs, square } from './signs';

/** Heights of the layers above the floor [m]: seen from above they decide what covers what. */
const Z = { grid: 0.01, area: 0.015, parking: 0.02, track: 0.03, charger: 0.05, port: 0.06 } as const;
const TRACK_WIDTH = 0.35;
const HOT_WIDTH = 1.1;
const TOOL_HEIGHT = 0.3;
const STATION_HEIGHT = 2.2;
const WALL_HEIGHT = 5;

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

const flat = (colour: number, opacity = 1): MeshBasicMaterial =>
  new MeshBasicMaterial({ color: colour, side: DoubleSide, transparent: opacity < 1, opacity, depthWrite: opacity >= 1 });

export class Ground {
  readonly group = new Group();
  /** Seen from inside only: from outside one looks over them, and from above there are none. */
  readonly walls = new Group();
  /** One instance per station: to be picked. */
  readonly stations: InstancedMesh;
  readonly #tracks: InstancedMesh;
  readonly #paint = new Color();
  /** Ends of all lines, and the colours of those. */
  readonly #ends: number[] = [];
  readonly #shades: number[] = [];
  readonly #states: (StationView['state'] | undefined)[] = [];
  #hot = false;

  constructor(plant: Plant, private readonly hall: Hall, private readonly colours: Colours) {
    this.#floor();
    this.#tracks = this.#ways();
    this.stations = this.#machines();
    this.#ports();
    this.#points(plant, plant.parking, Z.parking, colours.parking, square(), 1.2);
    this.#points(plant, plant.chargers.map((row) => row.node), Z.charger, colours.charger, signs.charging(), 2.4);
    this.#areas(plant);
    this.#drawLines();
    // None of it moves, and all of it is as large as the hall: nothing to work out in a frame.
    this.group.traverse((one) => {
      one.updateMatrix();
      one.matrixAutoUpdate = false;
      one.frustumCulled = false;
    });
  }

  #floor(): void {
    const { left, right, bottom, top } = this.hall.bounds;
    const floor = new Mesh(new PlaneGeometry(right - left, top - bottom), flat(this.colours.floor));
    floor.position.set((left + right) / 2, (bottom + top) / 2, 0);
    this.group.add(floor);
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

  #ways(): InstancedMesh {
    const mesh = new InstancedMesh(new PlaneGeometry(1, 1), flat(0xffffff), this.hall.ways.length);
    painted(mesh, this.colours.track);
    this.hall.ways.forEach((_, index) => this.#way(mesh, index, TRACK_WIDTH));
    this.group.add(mesh);
    return mesh;
  }

  #way(mesh: InstancedMesh, index: number, width: number): void {
    const way = this.hall.ways[index];
    if (!way) return;
    const z = width > TRACK_WIDTH ? Z.track + 0.01 : Z.track;
    instance(mesh, index, way.x + (way.dx * way.length) / 2, way.y + (way.dy * way.length) / 2, z, way.heading, way.length + TRACK_WIDTH, width);
  }

  #machines(): InstancedMesh {
    const { hall, colours } = this;
    const base = new InstancedMesh(new BoxGeometry(1, 1, 1), new MeshLambertMaterial({ color: colours.tool }), hall.tools.length);
    const place = (mesh: InstancedMesh, index: number, box: Box, height: number, grow: number): void =>
      instance(mesh, index, box.x, box.y, height / 2, 0, box.width + grow, box.height + grow, height);
    hall.tools.forEach((tool, index) => place(base, index, tool.box, TOOL_HEIGHT, 0.6));
    const mesh = new InstancedMesh(new BoxGeometry(1, 1, 1), new MeshLambertMaterial(), Math.max(1, hall.stations.length));
    hall.stations.forEach((box, index) => place(mesh, index, box, STATION_HEIGHT, 0));
    if (!hall.stations.length) mesh.count = 0;
    painted(mesh, colours.stations.idle);
    this.group.add(base, mesh);
    return mesh;
  }

  #ports(): void {
    const flows = this.hall.ports.filter((port) => port.towards);
    const stores = this.hall.ports.filter((port) => !port.towards);
    const arrows = new InstancedMesh(arrow(), flat(this.colours.port), flows.length);
    flows.forEach((port, index) => instance(arrows, index, port.x, port.y, Z.port, Math.atan2(port.towards?.y ?? 0, port.towards?.x ?? 1), 1, 1.1));
    const squares = new InstancedMesh(square(), flat(this.colours.port), stores.length);
    stores.forEach((port, index) => instance(squares, index, port.x, port.y, Z.port, 0, 0.9, 0.9));
    this.group.add(arrows, squares);
  }

  #points(plant: Plant, nodes: readonly number[], z: number, colour: number, shape: ShapeGeometry, size: number): void {
    const mesh = new InstancedMesh(shape, flat(colour), nodes.length);
    nodes.forEach((index, at) => {
      const row = plant.nodes[index];
      instance(mesh, at, (row?.x ?? 0) / 1_000, (row?.y ?? 0) / 1_000, z, 0, size, size);
    });
    this.group.add(mesh);
  }

  #areas(plant: Plant): void {
    const shapes: Shape[] = [];
    for (const area of plant.areas) {
      const points = area.outline.map(([x = 0, y = 0]) => ({ x: x / 1_000, y: y / 1_000 }));
      if (points.length < 3) {
        this.#points(plant, area.nodes, Z.area, this.colours.area, square(), 2);
        continue;
      }
      const shape = new Shape();
      points.forEach(({ x, y }, index) => (index ? shape.lineTo(x, y) : shape.moveTo(x, y)));
      shapes.push(shape);
      this.#lines(points.flatMap((a, index) => {
        const b = points[(index + 1) % points.length] ?? a;
        return [a.x, a.y, Z.area, b.x, b.y, Z.area];
      }), this.colours.area);
    }
    if (!shapes.length) return;
    const mesh = new Mesh(new ShapeGeometry(shapes), flat(this.colours.area, 0.1));
    mesh.position.z = Z.area;
    this.group.add(mesh);
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
    for (let index = 0; index < this.hall.ways.length; index++) {
      const step = seconds ? heatStep(seconds[index] ?? 0) : 0;
      this.#tracks.setColorAt(index, this.#paint.set(step ? (this.colours.heat[step - 1] ?? this.colours.track) : this.colours.track));
      this.#way(this.#tracks, index, step ? TRACK_WIDTH + ((HOT_WIDTH - TRACK_WIDTH) * step) / HEAT_STEPS.length : TRACK_WIDTH);
    }
    this.#tracks.instanceMatrix.needsUpdate = true;
    if (this.#tracks.instanceColor) this.#tracks.instanceColor.needsUpdate = true;
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
