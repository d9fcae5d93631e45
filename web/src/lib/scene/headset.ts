// The hall through a headset: the same scene, life size, one stands on its floor. Thumbsticks walk.
import { Group, Vector3 } from 'three';
import type { PlantScene } from './scene';

const PACE = 2;
const DEAD = 0.15;

/** Begins a session; resolves once it runs. Its end puts everything back. */
export async function enterHeadset(scene: PlantScene): Promise<void> {
  const xr = navigator.xr;
  if (!xr) return;
  const session = await xr.requestSession('immersive-vr', { optionalFeatures: ['local-floor'] });
  const { renderer, world, views } = scene;
  const { x, y } = views.place;
  views.turnTo('walk');
  // A headset's up is y, the plant's is z: the rig is turned, not the plant.
  const rig = new Group();
  rig.rotation.x = Math.PI / 2;
  rig.position.set(x, y, 0);
  world.add(rig);
  rig.add(views.space);
  renderer.xr.enabled = true;
  renderer.xr.setReferenceSpaceType('local-floor');
  await renderer.xr.setSession(session);
  let last = performance.now();
  const ahead = new Vector3();
  const walk = (): void => {
    const now = performance.now();
    const step = (PACE * (now - last)) / 1_000;
    last = now;
    for (const source of session.inputSources) {
      const [, , right = 0, back = 0] = source.gamepad?.axes ?? [];
      if (Math.hypot(right, back) < DEAD) continue;
      renderer.xr.getCamera().getWorldDirection(ahead).setZ(0).normalize();
      const { bounds } = scene.hall;
      const nx = rig.position.x - ahead.x * back * step + ahead.y * right * step;
      const ny = rig.position.y - ahead.y * back * step - ahead.x * right * step;
      rig.position.set(Math.min(Math.max(nx, bounds.left), bounds.right), Math.min(Math.max(ny, bounds.bottom), bounds.top), 0);
    }
    session.requestAnimationFrame(walk);
  };
  session.requestAnimationFrame(walk);
  session.addEventListener('end', () => {
    renderer.xr.enabled = false;
    rig.remove(views.space);
    world.remove(rig);
    views.turnTo('plan');
  });
}
