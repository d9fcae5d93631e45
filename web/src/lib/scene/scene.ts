// The picture of the hall: one three.js scene, seen from above, from outside or on foot.
import { Color, Raycaster, Scene, Vector2, Vector3, type WebGLRenderer } from 'three';
import type { Plant, StationView, VehicleDoes, VehicleView } from '../api/types';
import type { PlantClock } from '../feed/clock';
import type { Skin } from '../settings.svelte';
import type { Place, Selection } from '../store/link.svelte';
import type { Picture } from '../store/picture';
import { colours, type Colours } from './colours';
import { type FrameFigures, FrameMeter } from './frame';
import { Ground } from './ground';
import { density } from './hardware';
import { Heat } from './heat';
import { Labels } from './labels';
import { type Hall, layout } from './layout';
import { Marker } from './marker';
import { ease } from './motion';
import { Still } from './still';
import { NAMED, texts } from './texts';
import { Vehicles } from './vehicles';
import { type ViewKind, Views } from './views';
import { lights, renderer, warm } from './warm';

export { warm };

/** What is told to whoever shows the scene. */
export interface SceneEvents {
  select(selection: Selection | null): void;
  placed(place: Place): void;
  lowPower(on: boolean): void;
}

/** The picture lags so far behind the newest item, so that it need not guess [ms of the page]. */
const LAG = 150;
/** From frame to frame where power is low [ms]. */
const LOW = 100;
/** A click this near to a vehicle means it [px]. */
const NEAR = 14;
const HEAT_EVERY = 1_000;
const WORDS_EVERY = 80;

export class PlantScene {
  readonly views: Views;
  readonly hall: Hall;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #labels: Labels;
  readonly #meter = new FrameMeter();
  readonly #observer: ResizeObserver;
  readonly #heat: Heat;
  readonly #marker: Marker;
  #still: Still;
  #ground: Ground;
  #vehicles: Vehicles;
  #colours: Colours;
  #picture: Picture;
  #clock: PlantClock;
  #stations: readonly StationView[] = [];
  #selection: Selection | null = null;
  #shows: VehicleDoes | null = null;
  #hot = false;
  #follow = false;
  #low = false;
  #chosen = false;
  #last = 0;
  #drawn = 0;
  #posed = 0;
  #heated = 0;
  #worded = 0;
  #waited = 0;
  #wasNamed = false;
  #pressed = { x: 0, y: 0 };
  #fitted = false;
  #sized = false;
  #type = 12;
  /** The picture is to be drawn again, words and all. */
  #stale = true;
  /** It is to be drawn again, but for the words. */
  #dull = false;
  #ghosts = false;

  constructor(
    private readonly plant: Plant,
    private readonly stage: { canvas: HTMLCanvasElement; labels: HTMLCanvasElement; frame: HTMLElement },
    private readonly events: SceneEvents,
    from: { picture: Picture; clock: PlantClock; skin: Skin; place: Place | null },
    warmed: WebGLRenderer | null = null,
  ) {
    this.#picture = from.picture;
    this.#clock = from.clock;
    this.hall = layout(plant);
    this.#renderer = warmed ?? renderer(stage.canvas, stage.frame);
    this.#still = new Still(this.#renderer);
    this.#labels = new Labels(stage.labels);
    this.#heat = new Heat(plant.edges.length);
    this.views = new Views(stage.canvas, this.hall, (place) => this.events.placed(place));
    this.#colours = colours(from.skin);
    this.#ground = new Ground(plant, this.hall, this.#colours);
    this.#vehicles = new Vehicles(plant, this.hall, this.#colours);
    this.#marker = new Marker(this.#colours.select);
    this.#scene.add(...lights(), this.#ground.group, this.#vehicles.group, this.#marker.group);
    this.#scene.background = new Color(this.#colours.ground);
    if (from.place) {
      this.#fitted = true;
      this.views.go(from.place);
    }
    this.#observer = new ResizeObserver(() => (this.#sized = false));
    this.#observer.observe(stage.frame);
    this.#resize();
    stage.canvas.addEventListener('pointerdown', this.#press);
    stage.canvas.addEventListener('click', this.#click);
    stage.canvas.addEventListener('webglcontextrestored', this.#restored);
    this.#renderer.setAnimationLoop(this.#frame);
  }

  // What is shown.

  /** Another picture: past, forecast, or live again. What has not happened is drawn as ghosts. */
  show(picture: Picture, clock: PlantClock, ghosts = false): void {
    this.#picture = picture;
    this.#clock = clock;
    this.#ghosts = ghosts;
    this.#vehicles.ghosts(ghosts);
    this.#stale = true;
  }

  stations(rows: readonly StationView[]): void {
    this.#stations = rows;
    const { changed, down } = this.#ground.states(rows);
    this.#dull ||= changed;
    // From near each station says its state; from far only that it is down.
    this.#stale ||= down || (changed && this.#near);
  }

  select(selection: Selection | null): void {
    this.#selection = selection;
    this.#stale = true;
  }

  /** Only vehicles in this state; `null`: all. */
  filter(state: VehicleDoes | null): void {
    this.#shows = state;
    this.#stale = true;
  }

  set hot(on: boolean) {
    this.#hot = on;
    this.#heated = 0;
    if (!on) this.#ground.heat(null);
    this.#stale = true;
  }

  /** The plan keeps the selected vehicle in its middle. */
  set follow(on: boolean) {
    this.#follow = on;
  }

  skin(skin: Skin, type: number): void {
    this.#type = type;
    const next = colours(skin);
    if (next !== this.#colours) {
      this.#colours = next;
      this.#scene.remove(this.#ground.group, this.#vehicles.group);
      this.#ground.dispose();
      this.#vehicles.dispose();
      this.#ground = new Ground(this.plant, this.hall, next);
      this.#vehicles = new Vehicles(this.plant, this.hall, next);
      this.#vehicles.ghosts(this.#ghosts);
      this.#ground.states(this.#stations);
      this.#marker.colour(next.select);
      this.#scene.add(this.#ground.group, this.#vehicles.group);
      this.#scene.background = new Color(next.ground);
    }
    this.#sized = false;
    this.#stale = true;
  }

  /** Draws less, or as often as the screen: a person's choice stays. */
  lowPower(on: boolean, chosen = true): void {
    this.#low = on;
    this.#chosen ||= chosen;
    this.#meter.again();
    this.#sized = false;
    this.events.lowPower(on);
  }

  turnTo(kind: ViewKind): void {
    this.views.turnTo(kind);
    this.#stale = true;
  }

  /** Shows this part of the plan, or brings its middle to the middle. */
  lookAt(place: Place): void {
    if (this.views.kind === 'plan') this.views.go(place);
    else this.views.centre(place.x, place.y);
  }

  /** Brings what is selected to the middle. */
  goTo(selection: Selection): void {
    const at = this.where(selection);
    if (at) this.views.centre(at.x, at.y, selection.kind === 'vehicle' ? 45 : 70);
  }

  /** When vehicles were last put where they are [ms of the page]. */
  get posed(): number {
    return this.#posed;
  }

  /** Where something is drawn now [m]; `null` where it has no place. */
  where({ kind, name }: Selection): { x: number; y: number; width: number; height: number } | null {
    if (kind === 'vehicle') {
      const drawn = this.#vehicles.drawn[this.#vehicles.index(name)];
      return drawn?.known ? { x: drawn.x, y: drawn.y, width: 2, height: 2 } : null;
    }
    if (kind === 'station') return this.hall.stations[this.plant.stations.findIndex((row) => row.name === name)] ?? null;
    if (kind === 'charger') return this.#node(this.plant.chargers.find((row) => row.name === name)?.node);
    if (kind === 'buffer') {
      const index = this.plant.buffers.findIndex((row) => row.name === name);
      const ports = this.hall.ports.filter((port) => port.buffer === index);
      const port = ports[Math.floor(ports.length / 2)];
      return port ? { x: port.x, y: port.y, width: 1.4, height: 1.4 } : null;
    }
    if (kind === 'area') return this.#area(name);
    return null;
  }

  #node(index: number | undefined): { x: number; y: number; width: number; height: number } | null {
    const row = index === undefined ? undefined : this.plant.nodes[index];
    return row ? { x: row.x / 1_000, y: row.y / 1_000, width: 2, height: 2 } : null;
  }

  #area(name: string): { x: number; y: number; width: number; height: number } | null {
    const area = this.plant.areas.find((row) => row.name === name);
    if (!area) return null;
    const points = area.outline.length ? area.outline.map(([x = 0, y = 0]) => ({ x, y })) : area.nodes.flatMap((index) => this.plant.nodes[index] ?? []);
    if (!points.length) return null;
    const xs = points.map((point) => point.x / 1_000);
    const ys = points.map((point) => point.y / 1_000);
    const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    return { x: (left + right) / 2, y: (bottom + top) / 2, width: right - left + 2, height: top - bottom + 2 };
  }

  get figures(): FrameFigures {
    return this.#meter.figures;
  }

  get renderer(): WebGLRenderer {
    return this.#renderer;
  }

  get world(): Scene {
    return this.#scene;
  }

  // Each frame.

  #frame = (begin: number): void => {
    const start = performance.now();
    // A hall without anything in it is not worth the first frame, which takes longest.
    if (this.#picture.hash === '') return;
    if (this.#low && this.#sized && begin - this.#drawn < LOW && !this.#renderer.xr.isPresenting) return;
    // Here and not when it is told: a new size empties the picture, which is drawn again at once.
    if (!this.#sized) this.#resize();
    const dt = Math.min(250, begin - this.#last || 16);
    this.#last = begin;
    this.#drawn = begin;
    this.views.step(dt / 1_000);
    this.#ground.walls.visible = this.views.kind !== 'plan';
    this.#posed = performance.now();
    const time = this.#clock.now(this.#posed) - LAG * 1_000 * this.#clock.rate;
    const plan = this.views.kind === 'plan';
    const camera = this.views.camera;
    const shows = this.#shows;
    const hidden = (row: VehicleView): boolean => shows !== null && row.state !== shows;
    const look = { scale: plan ? this.views.scale : 1_000, type: this.#type, facing: plan ? null : camera.quaternion };
    const moved = this.#vehicles.step(this.#picture, time, ease(dt, this.#clock.rate), look, hidden);
    this.#selected();
    if (this.#hot && begin - this.#heated > HEAT_EVERY) {
      this.#heated = begin;
      this.#ground.heat(this.#heat.seconds);
      this.#stale = true;
    }
    // A picture that has not changed is not drawn again.
    if (moved || this.views.moved || this.#stale || this.#dull || this.#renderer.xr.isPresenting) {
      const whole = this.views.moved || this.#stale;
      const hall = whole || this.#dull;
      this.views.moved = this.#stale = this.#dull = false;
      if (plan && !this.#renderer.xr.isPresenting) this.#drawOver(hall);
      else this.#renderer.render(this.#scene, camera);
      // Words follow the camera at once, and what moves under it a little later, if it has a name there.
      const named = this.#named;
      if (whole || ((named || this.#wasNamed) && begin - this.#worded > WORDS_EVERY)) {
        this.#worded = begin;
        this.#wasNamed = named;
        this.#words();
      }
    }
    this.#meter.frame(start, performance.now(), !this.#low);
    if (!this.#low && !this.#chosen && this.#meter.slow) this.lowPower(true, false);
  };

  /** What moves, over the hall as it was drawn last. */
  #drawOver(hall: boolean): void {
    const { background } = this.#scene;
    const [ground, moving] = [this.#ground.group, [this.#vehicles.group, this.#marker.group]];
    const shown = moving.map((group) => group.visible);
    if (hall) {
      for (const group of moving) group.visible = false;
      this.#renderer.render(this.#scene, this.views.plan);
      moving.forEach((group, index) => (group.visible = shown[index] ?? true));
      this.#still.keep();
    }
    // First: a picture that was shown is cleared by the next thing drawn, and to put one back does not count as that.
    this.#renderer.clearDepth();
    if (!hall) this.#still.show();
    ground.visible = this.#renderer.autoClear = false;
    this.#scene.background = null;
    this.#renderer.render(this.#scene, this.views.plan);
    ground.visible = this.#renderer.autoClear = true;
    this.#scene.background = background;
  }

  /** The machine took its graphics away and gave them back: what was kept there is gone. three.js makes its own things anew. */
  #restored = (): void => {
    this.#still = new Still(this.#renderer);
    this.#stale = true;
  };

  #selected(): void {
    const at = this.#selection && this.where(this.#selection);
    this.#marker.place(at, this.views.kind === 'plan' ? this.views.scale : 1_000);
    if (at && this.#follow && this.#selection?.kind === 'vehicle' && this.views.kind !== 'walk') this.views.centre(at.x, at.y);
  }

  /** Some vehicle has a name in the picture, or ought to have. */
  get #named(): boolean {
    return this.#vehicles.wrong > 0 || this.#selection?.kind === 'vehicle' || this.#near;
  }

  /** What stands and drives there has names. */
  get #near(): boolean {
    return this.views.kind === 'walk' || (this.views.kind === 'plan' && this.views.scale >= NAMED);
  }

  #words(): void {
    const look = {
      project: this.#project, scale: this.views.scale, plan: this.views.kind === 'plan', walk: this.views.kind === 'walk', eye: this.views.space.position, selection: this.#selection,
      type: this.#type,
    };
    this.#labels.draw(texts(this.plant, this.hall, this.#picture.vehicles, this.#vehicles.drawn, this.#stations, look), this.#colours);
  }

  readonly #point = new Vector3();
  #project = (x: number, y: number, z: number): { x: number; y: number } | null => {
    const { clientWidth, clientHeight } = this.stage.frame;
    const at = this.#point.set(x, y, z).project(this.views.camera);
    return at.z > 1 || at.z < -1 ? null : { x: ((at.x + 1) / 2) * clientWidth, y: ((1 - at.y) / 2) * clientHeight };
  };

  /** The pixel over a point of the floor; `null` behind the camera. */
  pixel(x: number, y: number): { x: number; y: number } | null {
    return this.#project(x, y, 0.4);
  }

  /** Adds up where vehicles wait: called a few times a second, seen or not. */
  watchWaits(time: number): void {
    const passed = (time - this.#waited) / 1e6;
    if (passed > 0 && passed < 600) {
      this.#picture.vehicles.forEach((row, index) => {
        if (row.state === 'waiting' && row.link) this.#heat.waited(this.#vehicles.edge(row, this.#picture.motions[index]), passed, time);
      });
    }
    this.#waited = time;
  }

  // Hands.

  #press = (event: PointerEvent): void => {
    this.#pressed = { x: event.offsetX, y: event.offsetY };
  };

  #click = (event: MouseEvent): void => {
    if (Math.hypot(event.offsetX - this.#pressed.x, event.offsetY - this.#pressed.y) > 5) return;
    this.events.select(this.pick(event.offsetX, event.offsetY));
  };

  /** What stands under a pixel: the nearest vehicle, else a port, charger or station. */
  pick(px: number, py: number): Selection | null {
    let [best, nearest] = ['', NEAR];
    const near = (name: string, x: number, y: number, z: number): void => {
      const at = this.#project(x, y, z);
      const distance = at ? Math.hypot(at.x - px, at.y - py) : Infinity;
      if (distance < nearest) [best, nearest] = [name, distance];
    };
    this.#vehicles.drawn.forEach((drawn, index) => near(this.plant.vehicles[index]?.name ?? '', drawn.x, drawn.y, 0.4));
    if (best) return { kind: 'vehicle', name: best };
    for (const port of this.hall.ports) near(this.plant.buffers[port.buffer]?.name ?? '', port.x, port.y, 0);
    if (best) return { kind: 'buffer', name: best };
    for (const charger of this.plant.chargers) {
      const at = this.#node(charger.node);
      if (at) near(charger.name, at.x, at.y, 0);
    }
    if (best) return { kind: 'charger', name: best };
    return this.#machine(px, py);
  }

  #machine(px: number, py: number): Selection | null {
    const { clientWidth, clientHeight } = this.stage.frame;
    const ray = new Raycaster();
    ray.setFromCamera(new Vector2((px / clientWidth) * 2 - 1, 1 - (py / clientHeight) * 2), this.views.camera);
    const hit = ray.intersectObject(this.#ground.stations)[0];
    const name = hit?.instanceId === undefined ? undefined : this.plant.stations[hit.instanceId]?.name;
    return name === undefined ? null : { kind: 'station', name };
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.stage.frame;
    if (!clientWidth || !clientHeight) return;
    this.#sized = true;
    const ratio = this.#low ? 1 : Math.min(2, window.devicePixelRatio);
    const pixels = this.#low ? 0.75 : density(this.#renderer.getContext(), clientWidth, clientHeight);
    // A canvas that is given a size, even its own, is made anew: that takes long where there is no graphics hardware.
    const { width, height } = this.#renderer.getSize(new Vector2());
    if (width !== clientWidth || height !== clientHeight || this.#renderer.getPixelRatio() !== pixels) {
      this.#renderer.setDrawingBufferSize(clientWidth, clientHeight, pixels);
    }
    this.#labels.resize(clientWidth, clientHeight, ratio, this.#type);
    this.views.resize(clientWidth, clientHeight);
    if (!this.#fitted) this.views.fit();
    this.#fitted = true;
    this.#stale = true;
  }

  dispose(): void {
    this.#renderer.setAnimationLoop(null);
    this.#observer.disconnect();
    this.stage.canvas.removeEventListener('pointerdown', this.#press);
    this.stage.canvas.removeEventListener('click', this.#click);
    this.stage.canvas.removeEventListener('webglcontextrestored', this.#restored);
    this.views.dispose();
    this.#ground.dispose();
    this.#vehicles.dispose();
    this.#marker.dispose();
    this.#still.dispose();
    this.#renderer.dispose();
  }
}
