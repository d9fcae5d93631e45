// How an act comes about: filled in, confirmed, sent, told. A machine without effects: who sends is told by
// `sending`, and says what came back.
import type { Done } from '../api/types';
import type { Fault } from '../api/client';

/**
 * `fill`: what is asked, and why. `confirm`: the second look, for what moves iron or has a price. `sending`: on its way.
 * `refused`: the server said no. `stale`: the object had changed; nothing was done. `done`: durable and decided on.
 */
export type Step = 'fill' | 'confirm' | 'sending' | 'refused' | 'stale' | 'done';

export interface Course {
  step: Step;
  /** Looked at twice before it is sent. */
  twice: boolean;
  /** Where it begins: an act without anything to fill in goes to its confirmation at once. */
  first: 'fill' | 'confirm';
  /** Revision of the object as the person saw it. */
  seen: number;
  fault: Fault | null;
  done: Done | null;
}

export type Word =
  | { word: 'next' }
  | { word: 'back' }
  | { word: 'answered'; done: Done }
  | { word: 'failed'; fault: Fault }
  /** The person looked again: the object as it is now. */
  | { word: 'looked'; revision: number };

/** The code of a refusal because the object has changed. */
export const STALE = 'act/stale';

export function begin(twice: boolean, asks: boolean, seen: number): Course {
  const first = asks || !twice ? 'fill' : 'confirm';
  return { step: first, twice, first, seen, fault: null, done: null };
}

/** The next state. A word that does not belong where the course is changes nothing: a second click sends nothing twice. */
export function go(course: Course, said: Word): Course {
  switch (said.word) {
    case 'next':
      if (course.step === 'fill') return { ...course, step: course.twice ? 'confirm' : 'sending' };
      return course.step === 'confirm' ? { ...course, step: 'sending' } : course;
    case 'back':
      return course.step === 'confirm' || course.step === 'refused' ? { ...course, step: course.first, fault: null } : course;
    case 'answered':
      return course.step === 'sending' ? { ...course, step: 'done', done: said.done } : course;
    case 'failed':
      if (course.step !== 'sending') return course;
      return { ...course, step: said.fault.code === STALE ? 'stale' : 'refused', fault: said.fault };
    case 'looked':
      return course.step === 'sending' || course.step === 'done' ? course : { ...course, step: course.first, seen: said.revision, fault: null };
  }
}
