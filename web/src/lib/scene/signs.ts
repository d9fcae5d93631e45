// Shapes, seen from above, in units of one vehicle length. What a state is must be told without colour.
import { Shape, ShapeGeometry } from 'three';

function polygon(points: readonly (readonly [number, number])[]): Shape {
  const shape = new Shape();
  points.forEach(([x, y], index) => (index ? shape.lineTo(x, y) : shape.moveTo(x, y)));
  shape.closePath();
  return shape;
}

const rectangle = (x: number, y: number, width: number, height: number): Shape =>
  polygon([[x - width / 2, y - height / 2], [x + width / 2, y - height / 2], [x + width / 2, y + height / 2], [x - width / 2, y + height / 2]]);

/** The body: pointed where it drives to. Unit length along x, unit width along y. */
export const body = (): Shape => polygon([[-0.5, -0.5], [0.22, -0.5], [0.5, -0.16], [0.5, 0.16], [0.22, 0.5], [-0.5, 0.5]]);

/** Signs by name: upright on the screen, whatever the vehicle's heading. */
export const signs = {
  /** Waits: two bars. */
  waiting: (): ShapeGeometry => new ShapeGeometry([rectangle(-0.14, 0, 0.14, 0.5), rectangle(0.14, 0, 0.14, 0.5)]),
  /** Hands over: a square. */
  handling: (): ShapeGeometry => new ShapeGeometry(polygon([[0, -0.3], [0.3, 0], [0, 0.3], [-0.3, 0]])),
  /** Charges: a bolt. */
  charging: (): ShapeGeometry => new ShapeGeometry(polygon([[0.12, 0.36], [-0.22, -0.06], [-0.02, -0.06], [-0.12, -0.36], [0.22, 0.08], [0.02, 0.08]])),
  /** Stopped or held: a triangle. */
  stopped: (): ShapeGeometry => new ShapeGeometry(triangle()),
  /** Cannot be heard: a cross. */
  lost: (): ShapeGeometry => new ShapeGeometry(cross()),
} as const;

export type Sign = keyof typeof signs;

/** A triangle with a mark in it: large, so that it is seen over the vehicle. */
function triangle(): Shape {
  const shape = polygon([[0, 0.85], [-0.85, -0.6], [0.85, -0.6]]);
  shape.holes.push(rectangle(0, 0.1, 0.16, 0.55), rectangle(0, -0.38, 0.16, 0.14));
  return shape;
}

function cross(): Shape {
  const a = 0.16;
  const b = 0.62;
  return polygon([
    [0, a], [b - a, b], [b, b - a], [a, 0], [b, a - b], [b - a, -b], [0, -a], [a - b, -b], [-b, a - b], [-a, 0], [-b, b - a], [a - b, b],
  ]);
}

/** A port: an arrow the way loads go. */
export const arrow = (): ShapeGeometry => new ShapeGeometry(polygon([[-0.5, -0.5], [0.1, -0.5], [0.5, 0], [0.1, 0.5], [-0.5, 0.5]]));

/** A store position: a square. */
export const square = (): ShapeGeometry => new ShapeGeometry(rectangle(0, 0, 1, 1));
