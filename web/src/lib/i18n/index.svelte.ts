// What the page says, in the reader's language. `t(key)` inside a component follows a change of language.
import { sending } from '../api/client';
import { en } from './en';
import type { Arguments } from './parts';
import { zh } from './zh-CN';

export type Language = 'zh-CN' | 'en';
export type Key = keyof typeof en;
/** A sentence without arguments: what tables of titles hold. */
export type PlainKey = { [K in Key]: Arguments<(typeof en)[K]> extends [] ? K : never }[Key];

const KEPT = 'fenhe-language';

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

const chosen = $state<{ language: Language }>({ language: first() });

function tell(language: Language): void {
  sending.language = language;
  document.documentElement.lang = language;
}
tell(chosen.language);

/** The language in use. */
export function language(): Language {
  return chosen.language;
}

/** Changes the language, and remembers it in this browser. */
export function speak(next: Language): void {
  chosen.language = next;
  localStorage.setItem(KEPT, next);
  tell(next);
}

/** A sentence with its arguments filled in. */
export function t(key: PlainKey): string;
export function t<K extends Key>(key: K, ...args: Arguments<(typeof en)[K]>): string;
export function t(key: Key, values?: Record<string, string | number>): string {
  const sentence: string = (chosen.language === 'zh-CN' ? zh : en)[key];
  return values ? sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : sentence;
}

/** A word of the API, such as a state: `word('does', 'parked')`. */
export function word<P extends string, W extends string>(prefix: P, value: W & (`${P}.${W}` extends Key ? W : never)): string {
  return (chosen.language === 'zh-CN' ? zh : en)[`${prefix}.${value}` as Key];
}
