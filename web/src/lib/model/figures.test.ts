import { expect, test } from 'vitest';
import type { FigureView } from '../api/types';

localStorage.setItem('fenhe-language', 'en');
Object.assign(globalThis, { document: { documentElement: {} } });
const { difference, elementOf, estimate, formOf, verdict } = await import('./figures');

const figure = (change: Partial<FigureView>): FigureView => ({
  scope: 'plant', name: '', what: 'output_per_hour', better: 'more', before: null, after: null,
  difference: { mean: 12.34, low: 1.2, high: 23.48, n: 5 }, beyond_doubt: true, ...change,
});

test('a difference beyond doubt is better or worse by what is wanted', () => {
  expect(verdict(figure({}))).toBe('better');
  expect(verdict(figure({ better: 'less' }))).toBe('worse');
  expect(verdict(figure({ better: 'neither' }))).toBe('other');
  expect(verdict(figure({ beyond_doubt: false }))).toBe('unclear');
  expect(verdict(figure({ difference: null }))).toBe('unclear');
  expect(verdict(figure({ better: 'less', difference: { mean: -1, low: -2, high: -0.5, n: 5 } }))).toBe('better');
});

test('figures are written with their intervals, shares as per cent', () => {
  const form = formOf(figure({}));
  const share = formOf(figure({ what: 'oee' }));
  if (!form || !share) throw new Error('forms');
  expect(estimate({ mean: 1234.56, low: 1230.56, high: 1238.56, n: 5 }, form)).toBe('1,234.6 ± 4.0');
  expect(estimate({ mean: 0.5, low: null, high: null, n: 1 }, share)).toBe('50.0');
  expect(estimate(null, form)).toBe('–');
  expect(difference(figure({}).difference, form)).toBe('+12.3 (+1.2 … +23.5)');
  expect(formOf(figure({ what: 'of_tomorrow' }))).toBeUndefined();
});

test('elements are named in the words of the reader', () => {
  expect(elementOf('charger C 1')).toBe('Charger C 1');
  expect(elementOf('unheard of')).toBe('unheard of');
  expect(elementOf(null)).toBe('');
});
