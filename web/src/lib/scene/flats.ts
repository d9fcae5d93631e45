// Flat shapes of one colour each, all in one mesh: where a processor does the work of graphics hardware, each
// instance, each mesh and each kind of material costs.
import { BufferGeometry, Color, Float32BufferAttribute, Mesh, MeshBasicMaterial } from 'three';

/** Where a shape of unit size lies. */
export interface Lies {
  x: number;
  y: number;
  z: number;
  /** About the vertical [rad]. */
  angle?: number;
  length: number;
  width: number;
}

export class Flats {
  readonly #corners: number[] = [];
  readonly #shades: number[] = [];
  readonly #paint = new Color();

  add(shape: BufferGeometry, lies: Lies, colour: number): void {
    const { position } = shape.attributes;
    if (!position) return;
    const [c, s] = [Math.cos(lies.angle ?? 0), Math.sin(lies.angle ?? 0)];
    const { r, g, b } = this.#paint.set(colour);
    const count = shape.index?.count ?? position.count;
    for (let at = 0; at < count; at++) {
      const corner = shape.index ? shape.index.getX(at) : at;
      const [x, y] = [position.getX(corner) * lies.length, position.getY(corner) * lies.width];
      this.#corners.push(lies.x + c * x - s * y, lies.y + s * x + c * y, lies.z);
      this.#shades.push(r, g, b);
    }
  }

  mesh(): Mesh {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute(this.#corners, 3));
    geometry.setAttribute('color', new Float32BufferAttribute(this.#shades, 3));
    return new Mesh(geometry, new MeshBasicMaterial({ vertexColors: true }));
  }
}
