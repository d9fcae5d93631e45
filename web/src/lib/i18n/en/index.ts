import { acts } from './acts';
import { alarms } from './alarms';
import { detail } from './detail';
import { entry } from './entry';
import { levelWords } from './levels';
import { lot } from './lot';
import { model } from './model';
import { plan } from './plan';
import { promise } from './promise';
import { rack } from './rack';
import { shell } from './shell';
import { time } from './time';
import { tour } from './tour';
import { words } from './words';

export const en = { ...shell, ...entry, ...plan, ...model, ...detail, ...lot, ...time, ...words, ...acts, ...alarms, ...levelWords, ...tour, ...promise, ...rack } as const;
