import { expect, test } from 'vitest';
import type { AlarmStands, AlarmView, Priority } from '../api/types';
import { byPriority, causes, found, listed, shelf } from './causes';

const alarm = (id: number, cause: number | null = null, state: AlarmStands = 'unacknowledged', priority: Priority = 'medium', raised = id): AlarmView => ({
  id, cause, state, priority, raised, revision: 1, code: 'held', object: `vehicle agv-${id}`, wrong: true, changed: raised,
  shelved_until: null, shelved_why: null, affected: [],
});
const ids = (list: ReturnType<typeof causes>): (number | number[])[][] => list.map((one) => [one.alarm.id, one.children.map((child) => child.id)]);

test('a jam is one row: its first cause with all that it explains, however deep', () => {
  const jam = [alarm(1), alarm(2, 1, 'suppressed'), alarm(3, 2, 'suppressed'), alarm(4, 2)];
  // What nobody has acknowledged comes before what is suppressed.
  expect(ids(causes(jam))).toEqual([[1, [4, 2, 3]]]);
});

test('what only a shelved alarm explains stands on its own', () => {
  const list = [alarm(1, null, 'shelved'), alarm(2, 1), alarm(3, 2, 'suppressed')];
  expect(ids(causes(list))).toEqual([[2, [3]]]);
  expect(ids(listed(list, 'shelved'))).toEqual([[1, []]]);
  expect(ids(listed(list, 'suppressed'))).toEqual([[3, []]]);
});

test('a cause that is not in the picture, and causes in a circle, lose no alarm', () => {
  expect(ids(causes([alarm(2, 99)]))).toEqual([[2, []]]);
  const circle = causes([alarm(1, 2), alarm(2, 1)]);
  const told = circle.flatMap((one) => [one.alarm.id, ...one.children.map((child) => child.id)]);
  expect(new Set(told)).toEqual(new Set([1, 2]));
});

test('most urgent first, then those nobody has acknowledged, then the oldest', () => {
  const list = [
    alarm(1, null, 'unacknowledged', 'low'), alarm(2, null, 'acknowledged', 'critical'), alarm(3, null, 'returned', 'critical', 9),
    alarm(4, null, 'unacknowledged', 'critical', 4), alarm(5, null, 'unacknowledged', 'high'),
  ];
  expect(causes(list).map((one) => one.alarm.id)).toEqual([4, 3, 2, 5, 1]);
});

test('normal ones are on no list and in no count', () => {
  const list = [alarm(1, null, 'normal', 'critical'), alarm(2, null, 'acknowledged', 'critical'), alarm(3, null, 'unacknowledged', 'critical'), alarm(4, null, 'shelved', 'critical')];
  expect(causes(list).map((one) => one.alarm.id)).toEqual([3, 2]);
  expect(byPriority(list)[0]).toEqual({ priority: 'critical', count: 2, unseen: 1 });
  expect(shelf(alarm(1, null, 'out_of_service'))).toBe('out');
});

test('all words must fit one alarm; a child that fits keeps its first cause on the list', () => {
  const list = causes([alarm(1, null, 'unacknowledged', 'high'), alarm(2, 1, 'suppressed', 'low'), alarm(3)]);
  const text = (one: AlarmView): string => `${one.object} Stands`;
  expect(ids(found(list, 'stands AGV-2', '', text))).toEqual([[1, [2]]]);
  expect(found(list, 'agv-2 agv-3', '', text)).toEqual([]);
  expect(ids(found(list, '', 'low', text))).toEqual([[1, [2]]]);
  expect(found(list, '', '', text)).toHaveLength(2);
});
