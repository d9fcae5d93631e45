import { detail } from './detail';
import { entry } from './entry';
import { plan } from './plan';
import { shell } from './shell';
import { words } from './words';

export const en = { ...shell, ...entry, ...plan, ...detail, ...words } as const;
