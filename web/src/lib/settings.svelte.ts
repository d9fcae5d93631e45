// How this person, in this browser, wants to see the plant.

/** `operator`: grey, with commands. `wall`: dark, large, no commands. */
export type Skin = 'operator' | 'wall';

const KEPT = 'fenhe-settings';

interface Settings {
  skin: Skin;
  /** Large type. */
  large: boolean;
}

function kept(): Settings {
  const plain: Settings = { skin: 'operator', large: false };
  try {
    const read = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Settings>;
    return { skin: read.skin === 'wall' ? 'wall' : plain.skin, large: read.large === true };
  } catch {
    return plain;
  }
}

const now = $state<Settings>(kept());

function tell(): void {
  document.documentElement.dataset['skin'] = now.skin;
  document.documentElement.dataset['type'] = now.large ? 'large' : 'plain';
}
tell();

function keep(): void {
  localStorage.setItem(KEPT, JSON.stringify(now));
  tell();
}

export const settings = {
  get skin(): Skin {
    return now.skin;
  },
  set skin(skin: Skin) {
    now.skin = skin;
    keep();
  },
  get large(): boolean {
    return now.large;
  },
  set large(large: boolean) {
    now.large = large;
    keep();
  },
};
