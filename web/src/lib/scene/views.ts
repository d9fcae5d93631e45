// Three ways to look at the one scene: the plan from above, the hall from outside (orbit), and on foot.
import { OrthographicCamera, PerspectiveCamera, Vector3 } from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import type { Place } from '../store/link.svelte';
import type { Hall } from './layout';

export type ViewKind = 'plan' | 'orbit' | 'walk';

/** Height of the eyes of somebody who walks [m], and how fast [m/s]. */
const EYES = 1.7;
const PACE = 3;
const LEAST_ACROSS = 6;

export class Views {
  readonly plan = new OrthographicCamera(-1, 1, 1, -1, 0.1, 500);
  readonly space = new PerspectiveCamera(55, 1, 0.1, 4_000);
  readonly #orbit: OrbitControls;
  kind: ViewKind = 'plan';
  /** What the plan shows. */
  place: Place = { x: 0, y: 0, across: 100 };
  /** Something changed since this was last set to false. */
  moved = true;
  #width = 1;
  #height = 1;
  #yaw = 0;
  #pitch = 0;
  readonly #keys = new Set<string>();
  readonly #pointers = new Map<number, { x: number; y: number }>();

  constructor(private readonly element: HTMLElement, private readonly hall: Hall, private readonly placed: (place: Place) => void) {
    this.plan.up.set(0, 1, 0);
    this.space.up.set(0, 0, 1);
    this.#orbit = new OrbitControls(this.space, element);
    this.#orbit.enabled = false;
    this.#orbit.maxPolarAngle = Math.PI * 0.49;
    this.#orbit.minDistance = 3;
    this.#orbit.maxDistance = 1_500;
    this.#orbit.addEventListener('change', () => (this.moved = true));
    element.addEventListener('pointerdown', this.#down);
    element.addEventListener('pointermove', this.#move);
    element.addEventListener('pointerup', this.#up);
    element.addEventListener('pointercancel', this.#up);
    element.addEventListener('wheel', this.#wheel, { passive: false });
    element.addEventListener('keydown', this.#key);
    element.addEventListener('keyup', this.#release);
    element.addEventListener('blur', this.#blur);
  }

  get camera(): OrthographicCamera | PerspectiveCamera {
    return this.kind === 'plan' ? this.plan : this.space;
  }

  /** Pixels of one metre on the plan. */
  get scale(): number {
    return this.#width / this.place.across;
  }

  resize(width: number, height: number): void {
    this.#width = Math.max(1, width);
    this.#height = Math.max(1, height);
    this.space.aspect = this.#width / this.#height;
    this.space.updateProjectionMatrix();
    this.#aim();
  }

  /** Everything on the screen. */
  fit(): void {
    const { left, right, bottom, top } = this.hall.bounds;
    const across = Math.max(right - left, ((top - bottom) * this.#width) / this.#height);
    this.go({ x: (left + right) / 2, y: (bottom + top) / 2, across });
    if (this.kind === 'orbit') this.#outside();
  }

  /** The plan shows this. */
  go(place: Place): void {
    const { left, right, bottom, top } = this.hall.bounds;
    const most = 2 * Math.max(right - left, ((top - bottom) * this.#width) / this.#height);
    this.place = {
      x: Math.min(Math.max(place.x, left), right),
      y: Math.min(Math.max(place.y, bottom), top),
      across: Math.min(Math.max(place.across, LEAST_ACROSS), most),
    };
    this.#aim();
    this.placed(this.place);
  }

  /** Brings a point to the middle, in whatever view. */
  centre(x: number, y: number, across?: number): void {
    if (this.kind === 'plan') return this.go({ x, y, across: Math.min(this.place.across, across ?? Infinity) });
    if (this.kind === 'orbit') {
      const shift = new Vector3(x, y, 0).sub(this.#orbit.target);
      this.#orbit.target.add(shift);
      this.space.position.add(shift);
      this.#orbit.update();
    }
    this.moved = true;
  }

  zoom(factor: number, x = this.place.x, y = this.place.y): void {
    if (this.kind === 'plan') {
      const across = this.place.across / factor;
      this.go({ x: x + (this.place.x - x) / factor, y: y + (this.place.y - y) / factor, across });
    } else if (this.kind === 'orbit') {
      const arm = this.space.position.clone().sub(this.#orbit.target).divideScalar(factor);
      this.space.position.copy(this.#orbit.target).add(arm);
      this.#orbit.update();
      this.moved = true;
    }
  }

  turnTo(kind: ViewKind): void {
    const before = this.kind;
    this.kind = kind;
    this.#orbit.enabled = kind === 'orbit';
    this.#keys.clear();
    if (kind === 'orbit') this.#outside();
    if (kind === 'walk') {
      const { x, y } = before === 'plan' ? this.place : this.#orbit.target;
      this.space.position.set(x, y, EYES);
      this.#yaw = 0;
      this.#pitch = 0;
      this.#look();
    }
    this.moved = true;
  }

  /** Takes the steps that are held down; seconds since the last call. */
  step(seconds: number): void {
    if (this.kind !== 'walk' || !this.#keys.size) return;
    const is = (...names: string[]): number => (names.some((name) => this.#keys.has(name)) ? 1 : 0);
    const ahead = is('w', 'arrowup') - is('s', 'arrowdown');
    const right = is('d') - is('a');
    this.#yaw += (is('arrowleft') - is('arrowright')) * seconds * 1.5;
    const pace = (this.#keys.has('shift') ? 3 : 1) * PACE * seconds;
    this.walk(ahead * pace, right * pace);
  }

  /** On foot: so many metres ahead and to the right. */
  walk(ahead: number, right: number): void {
    const { left, right: east, bottom, top } = this.hall.bounds;
    const c = Math.cos(this.#yaw);
    const s = Math.sin(this.#yaw);
    const x = this.space.position.x + c * ahead + s * right;
    const y = this.space.position.y + s * ahead - c * right;
    this.space.position.set(Math.min(Math.max(x, left), east), Math.min(Math.max(y, bottom), top), EYES);
    this.#look();
  }

  #look(): void {
    const { x, y, z } = this.space.position;
    const flat = Math.cos(this.#pitch);
    this.space.lookAt(x + Math.cos(this.#yaw) * flat, y + Math.sin(this.#yaw) * flat, z + Math.sin(this.#pitch));
    this.moved = true;
  }

  #outside(): void {
    const { x, y, across } = this.place;
    this.#orbit.target.set(x, y, 0);
    // A little from the side, so that it is not taken for the plan.
    this.space.position.set(x - across * 0.03, y - across * 0.56, across * 0.36);
    this.#orbit.update();
    this.moved = true;
  }

  #aim(): void {
    const { x, y, across } = this.place;
    const half = across / 2;
    const high = (half * this.#height) / this.#width;
    Object.assign(this.plan, { left: -half, right: half, top: high, bottom: -high });
    this.plan.position.set(x, y, 100);
    this.plan.lookAt(x, y, 0);
    this.plan.updateProjectionMatrix();
    this.moved = true;
  }

  /** The point of the floor under a pixel of the plan. */
  under(px: number, py: number): { x: number; y: number } {
    return { x: this.place.x + (px - this.#width / 2) / this.scale, y: this.place.y - (py - this.#height / 2) / this.scale };
  }

  #down = (event: PointerEvent): void => {
    this.element.focus({ preventScroll: true });
    if (this.kind === 'orbit') return;
    this.#pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    this.element.setPointerCapture(event.pointerId);
  };

  #move = (event: PointerEvent): void => {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.offsetX, y: event.offsetY };
    this.#pointers.set(event.pointerId, now);
    if (this.kind === 'walk') {
      this.#yaw += (now.x - before.x) * 0.004;
      this.#pitch = Math.min(1.2, Math.max(-1.2, this.#pitch + (now.y - before.y) * 0.004));
      return this.#look();
    }
    const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    if (other) {
      const middle = this.under((now.x + other.x) / 2, (now.y + other.y) / 2);
      const spread = (at: { x: number; y: number }): number => Math.max(20, Math.hypot(at.x - other.x, at.y - other.y));
      return this.zoom(spread(now) / spread(before), middle.x, middle.y);
    }
    this.go({ ...this.place, x: this.place.x - (now.x - before.x) / this.scale, y: this.place.y + (now.y - before.y) / this.scale });
  };

  #up = (event: PointerEvent): void => {
    this.#pointers.delete(event.pointerId);
  };

  #wheel = (event: WheelEvent): void => {
    if (this.kind !== 'plan') return;
    event.preventDefault();
    const { x, y } = this.under(event.offsetX, event.offsetY);
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), x, y);
  };

  #key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (this.kind === 'walk' && (key.startsWith('arrow') || ['w', 'a', 's', 'd', 'shift'].includes(key))) this.#keys.add(key);
    else if (key === '+' || key === '=') this.zoom(1.4);
    else if (key === '-') this.zoom(1 / 1.4);
    else if (key === '0') this.fit();
    else if (key.startsWith('arrow') && this.kind === 'plan') {
      const step = this.place.across / 10;
      const x = key === 'arrowleft' ? -step : key === 'arrowright' ? step : 0;
      const y = key === 'arrowdown' ? -step : key === 'arrowup' ? step : 0;
      this.go({ ...this.place, x: this.place.x + x, y: this.place.y + y });
    } else return;
    event.preventDefault();
  };

  #release = (event: KeyboardEvent): void => {
    this.#keys.delete(event.key.toLowerCase());
  };

  #blur = (): void => this.#keys.clear();

  dispose(): void {
    this.#orbit.dispose();
    this.element.removeEventListener('pointerdown', this.#down);
    this.element.removeEventListener('pointermove', this.#move);
    this.element.removeEventListener('pointerup', this.#up);
    this.element.removeEventListener('pointercancel', this.#up);
    this.element.removeEventListener('wheel', this.#wheel);
    this.element.removeEventListener('keydown', this.#key);
    this.element.removeEventListener('keyup', this.#release);
    this.element.removeEventListener('blur', this.#blur);
  }
}
