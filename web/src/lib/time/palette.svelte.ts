// Colours and type of canvases, read anew when skin or size of type change.
import { settings } from '../settings.svelte';
import { type Ink, ink } from './ink';

class Palette {
  readonly ink: Ink = $derived.by(() => {
    void settings.skin;
    void settings.large;
    return ink();
  });
}

export const palette = new Palette();
