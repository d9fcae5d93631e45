import { expect, test } from 'vitest';
import { en } from './en';
import { zh } from './zh-CN';

const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '').sort();

// That each key is in both languages, the type check says; what is in braces, it cannot.
test('sentences take the same arguments in both languages', () => {
  for (const [key, text] of Object.entries(en)) expect(names(zh[key as keyof typeof en]), key).toEqual(names(text));
});

test('nothing is left untranslated or empty', () => {
  const same = ['shell.language', 'detail.shown'];
  for (const [key, text] of Object.entries(en)) {
    const chinese = zh[key as keyof typeof en];
    expect(text.length, key).toBeGreaterThan(0);
    if (!same.includes(key)) expect(chinese, key).toMatch(/[\u4e00-\u9fff]/);
  }
});
