// What modules ask of a browser when they are loaded; no test looks at it.
const kept = new Map<string, string>();
Object.assign(globalThis, {
  window: globalThis,
  location: { hash: '', pathname: '/', search: '', origin: 'http://page' },
  localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) },
});
globalThis.addEventListener ??= () => undefined;
