// The ring around what is selected.
import { DoubleSide, Group, Mesh, MeshBasicMaterial, PlaneGeometry } from 'three';

/** Never thinner on the screen [px]. */
const THICK = 2.5;
const LEAST = 20;

export class Marker {
  readonly group = new Group();
  readonly #material: MeshBasicMaterial;
  readonly #sides: Mesh[];

  constructor(colour: number) {
    this.#material = new MeshBasicMaterial({ color: colour, side: DoubleSide, depthTest: false });
    const side = new PlaneGeometry(1, 1);
    this.#sides = [0, 1, 2, 3].map(() => new Mesh(side, this.#material));
    this.group.add(...this.#sides);
    this.group.renderOrder = 4;
    this.group.visible = false;
  }

  colour(colour: number): void {
    this.#material.color.set(colour);
  }

  /** Around this, or nowhere; `scale` is pixels of a metre. */
  place(at: { x: number; y: number; width: number; height: number } | null, scale: number): void {
    this.group.visible = at !== null;
    if (!at) return;
    const thick = Math.max(THICK / scale, 0.12);
    const width = Math.max(at.width + 0.6, LEAST / scale);
    const height = Math.max(at.height + 0.6, LEAST / scale);
    this.group.position.set(at.x, at.y, 2.3);
    this.#sides.forEach((side, index) => {
      const lies = index < 2;
      const sign = index % 2 ? 1 : -1;
      side.position.set(lies ? 0 : (sign * width) / 2, lies ? (sign * height) / 2 : 0, 0);
      side.scale.set(lies ? width + thick : thick, lies ? thick : height + thick, 1);
    });
  }

  dispose(): void {
    this.#sides[0]?.geometry.dispose();
    this.#material.dispose();
  }
}
