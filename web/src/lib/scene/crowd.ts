// Many of one shape, each where a table says. Instances would do where there is graphics hardware; a processor that
// does its work takes as long for an instance as for a shape of its own, so all of them are one shape here.
import { BufferAttribute, BufferGeometry, Color, DataTexture, FloatType, Mesh, MeshLambertMaterial, RGBAFormat, Sphere, Vector4 } from 'three';

/** Rows of the tables are this long. */
const ACROSS = 64;

/** Four numbers of each. */
export class Table {
  readonly numbers: Float32Array;
  readonly texture: DataTexture;

  constructor(count: number) {
    const rows = Math.max(1, Math.ceil(count / ACROSS));
    this.numbers = new Float32Array(ACROSS * rows * 4);
    this.texture = new DataTexture(this.numbers, ACROSS, rows, RGBAFormat, FloatType);
  }

  /** Writes the row of one; gives whether it was another. */
  set(index: number, a: number, b: number, c: number, d: number): boolean {
    const { numbers } = this;
    const at = index * 4;
    // As they are kept: with less digits.
    const same = numbers[at] === Math.fround(a) && numbers[at + 1] === Math.fround(b) && numbers[at + 2] === Math.fround(c) && numbers[at + 3] === Math.fround(d);
    if (same) return false;
    numbers[at] = a;
    numbers[at + 1] = b;
    numbers[at + 2] = c;
    numbers[at + 3] = d;
    return true;
  }
}

/** Where they are and how large: tables that shapes share. */
export interface Tables {
  /** x, y [m], cosine and sine of the heading. */
  poses: Table;
  /** Length and width [m], whether there is a load (1 or 0). */
  sizes: Table;
  /** Red, green, blue. */
  paints: Table;
}

/** How a shape of unit size stands in the row of a vehicle. */
export interface Part {
  /** Its floor and its height [m]. */
  z: number;
  height: number;
  /** Shares of the vehicle's length and width. */
  length: number;
  width: number;
  /** A load of this colour, seen only where there is one; otherwise each has its own colour. */
  load?: number;
}

/** A shape without what lies below it: nobody looks from there. */
function topAndSides(shape: BufferGeometry): { positions: Float32Array; normals: Float32Array } {
  const whole = shape.index ? shape.toNonIndexed() : shape;
  const { position, normal } = whole.attributes;
  const [positions, normals]: [number[], number[]] = [[], []];
  if (!position || !normal) return { positions: new Float32Array(), normals: new Float32Array() };
  for (let at = 0; at < position.count; at++) {
    if (normal.getZ(at) < -0.5) continue;
    positions.push(position.getX(at), position.getY(at), position.getZ(at));
    normals.push(normal.getX(at), normal.getY(at), normal.getZ(at));
  }
  return { positions: Float32Array.from(positions), normals: Float32Array.from(normals) };
}

function repeated(shape: BufferGeometry, count: number): BufferGeometry {
  const { positions, normals } = topAndSides(shape);
  const corners = positions.length / 3;
  const [position, normal, row] = [new Float32Array(positions.length * count), new Float32Array(normals.length * count), new Float32Array(corners * count)];
  for (let index = 0; index < count; index++) {
    position.set(positions, index * positions.length);
    normal.set(normals, index * normals.length);
    row.fill(index, index * corners, (index + 1) * corners);
  }
  return new BufferGeometry()
    .setAttribute('position', new BufferAttribute(position, 3))
    .setAttribute('normal', new BufferAttribute(normal, 3))
    .setAttribute('row', new BufferAttribute(row, 1));
}

const DECLARED = `
attribute float row;
uniform highp sampler2D poses;
uniform highp sampler2D sizes;
uniform highp sampler2D paints;
uniform vec4 part;
uniform vec4 paint;
ivec2 own() { int at = int(row + 0.5); return ivec2(at % ${ACROSS}, at / ${ACROSS}); }
`;
const TURNED = `
vec4 pose = texelFetch(poses, own(), 0);
vec3 objectNormal = vec3(normal.x * pose.z - normal.y * pose.w, normal.x * pose.w + normal.y * pose.z, normal.z);
`;
const PAINTED = 'vColor = vec4(mix(texelFetch(paints, own(), 0).rgb, paint.rgb, paint.a), 1.0);';
const PLACED = `
vec4 size = texelFetch(sizes, own(), 0);
vec2 lying = position.xy * size.xy * part.xy * (paint.a > 0.5 ? size.z : 1.0);
vec3 transformed = vec3(pose.x + lying.x * pose.z - lying.y * pose.w, pose.y + lying.x * pose.w + lying.y * pose.z, part.z + position.z * part.w);
`;

/** One mesh of so many shapes, by these tables. */
export function crowd(shape: BufferGeometry, count: number, tables: Tables, part: Part): Mesh<BufferGeometry, MeshLambertMaterial> {
  const material = new MeshLambertMaterial({ vertexColors: true });
  const { r, g, b } = new Color(part.load ?? 0);
  const uniforms = {
    ...Object.fromEntries(Object.entries(tables).map(([name, table]: [string, Table]) => [name, { value: table.texture }])),
    part: { value: new Vector4(part.length, part.width, part.z, part.height) },
    paint: { value: new Vector4(r, g, b, part.load === undefined ? 0 : 1) },
  };
  // The same for every part, so that there is one program.
  material.customProgramCacheKey = () => 'crowd';
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, uniforms);
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', `#include <common>${DECLARED}`)
      .replace('#include <color_vertex>', PAINTED)
      .replace('#include <beginnormal_vertex>', TURNED)
      .replace('#include <begin_vertex>', PLACED);
  };
  const mesh = new Mesh(repeated(shape, count), material);
  // Its corners stand elsewhere than they are written; drawing would look at all of them for their middle.
  mesh.geometry.boundingSphere = new Sphere();
  mesh.frustumCulled = false;
  return mesh;
}
