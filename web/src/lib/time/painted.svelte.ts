// A picture on a canvas that follows what it shows.
import { onDestroy } from 'svelte';

/**
 * Paints in the next frame, once, with what is so then: while it plays, something changes in every frame.
 * `seen` reads all that the painting shows. For the set-up of a component.
 */
export function painted(seen: () => unknown, paint: () => void): void {
  let frame = 0;
  $effect(() => {
    seen();
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      paint();
    });
  });
  onDestroy(() => cancelAnimationFrame(frame));
}

/** Where a pointer is on an element [px]. */
export function placeOn(element: Element, event: MouseEvent): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
