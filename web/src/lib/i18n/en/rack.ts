import type { CraneDoes } from '../../api/types';

type All = Record<`crane.${CraneDoes}`, string>;

export const rack = {
  'rack.title': 'Racks',
  'rack.find': 'Find a slot, carrier or product',
  'rack.missing': 'Not where the books had them: carriers {carriers}. They are booked again where somebody or a crane finds them.',
  'rack.product': 'Product',
  'rack.carrier': 'Carrier',
  'rack.carriers': 'Carriers',
  'rack.pieces': 'Pieces',
  'rack.next': 'Next operation',
  'rack.since': 'In the rack since',
  'rack.empties': 'empty carriers',
  'rack.unread': 'mark not readable',
  'rack.nothing': 'Nothing stands in it.',
  'rack.legend': 'Grey: a load. Dashed: an empty carrier. The vertical line is the mast of the crane, arrows are hand-over points.',
  'rack.filled': '{filled} of {slots} slots filled',
  'rack.side': 'Face {side}',
  'rack.slot': 'Slot',
  'rack.slotEmpty': '{slot}: nothing stands there',
  'rack.slotFull': '{slot}: carrier {carrier}, {product}',
  'rack.close': 'Close',
  'crane.idle': 'crane idle',
  'crane.working': 'crane at work',
  'crane.down': 'crane down',
} as const satisfies All & Record<string, string>;
