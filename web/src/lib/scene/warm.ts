// What is made before there is a model: the drawing machine, and the programs of all that a plan shows first. Where a
// processor does the work of graphics hardware they take longer to make than the picture.
import {
  BoxGeometry, BufferAttribute, BufferGeometry, Color, DirectionalLight, HemisphereLight, InstancedMesh, LineBasicMaterial, LineSegments, Mesh,
  MeshBasicMaterial, MeshLambertMaterial, OrthographicCamera, Scene, WebGLRenderer,
} from 'three';
import { crowd, Table } from './crowd';
import { software } from './hardware';

/** The same for every scene: a program is made for so many lights. */
export function lights(): (HemisphereLight | DirectionalLight)[] {
  const sun = new DirectionalLight(0xffffff, 1.1);
  sun.position.set(-40, -60, 120);
  return [new HemisphereLight(0xffffff, 0xc8ccd0, 2.0), sun];
}

/** It smooths no edges: `density` does, where there is hardware, and a frame can be put back (`Still`). */
export function renderer(canvas: HTMLCanvasElement, frame: HTMLElement): WebGLRenderer {
  canvas.width = frame.clientWidth;
  canvas.height = frame.clientHeight;
  const power = { powerPreference: 'high-performance' as const };
  // Opaque: nothing shines through, and nothing is mixed with what lies below.
  const context = canvas.getContext('webgl2', { antialias: false, alpha: false, depth: true, stencil: false, ...power });
  if (context) software(context);
  const made = new WebGLRenderer({ canvas, ...(context ? { context } : {}), ...power });
  // To ask whether a program is sound is to wait until it is made.
  made.debug.checkShaderErrors = import.meta.env.DEV;
  return made;
}

/** A drawing machine whose programs are on their way. They last as long as it does. */
export function warm(canvas: HTMLCanvasElement, frame: HTMLElement): WebGLRenderer {
  const made = renderer(canvas, frame);
  const kinds = new Scene().add(...lights());
  const one = new Float32Array(9);
  const coloured = new BufferGeometry().setAttribute('position', new BufferAttribute(one, 3)).setAttribute('color', new BufferAttribute(one, 3));
  const boxes = new InstancedMesh(new BoxGeometry(), new MeshLambertMaterial(), 1);
  boxes.setColorAt(0, new Color());
  const tables = { poses: new Table(1), sizes: new Table(1), paints: new Table(1) };
  kinds.add(
    new Mesh(coloured, new MeshBasicMaterial({ vertexColors: true })), new LineSegments(coloured, new LineBasicMaterial({ vertexColors: true })),
    boxes, crowd(new BoxGeometry(), 1, tables, { z: 0, height: 1, length: 1, width: 1 }),
  );
  made.compile(kinds, new OrthographicCamera());
  return made;
}
