import type { AccessState, AlarmStands, DeviceMode, Priority, StationState, TransportState, VehicleDoes } from '../../api/types';

/** One key for each word of the API: a word that the server learns is missing here and fails the check. */
type Words<Prefix extends string, Word extends string> = Record<`${Prefix}.${Word}`, string>;
type All = Words<'does', VehicleDoes> &
  Words<'unit', StationState> &
  Words<'transport', TransportState> &
  Words<'device', DeviceMode> &
  Words<'stands', AlarmStands> &
  Words<'priority', Priority> &
  Words<'access', AccessState>;

export const words = {
  'does.parked': 'parked',
  'does.empty': 'driving empty',
  'does.loaded': 'driving loaded',
  'does.waiting': 'waiting',
  'does.handling': 'handling',
  'does.charging': 'charging',
  'does.stopped': 'stopped',
  'unit.idle': 'idle',
  'unit.execute': 'working',
  'unit.setup': 'being set up',
  'unit.blocked': 'blocked',
  'unit.down': 'down',
  'unit.maintenance': 'maintenance',
  'unit.off': 'off shift',
  'transport.wanted': 'wanted',
  'transport.assigned': 'assigned',
  'transport.carried': 'carried',
  'transport.done': 'done',
  'transport.in_doubt': 'in doubt',
  'device.off': 'off',
  'device.simulated': 'simulated',
  'device.shadow': 'shadow',
  'device.real': 'real',
  'stands.normal': 'normal',
  'stands.unacknowledged': 'unacknowledged',
  'stands.acknowledged': 'acknowledged',
  'stands.returned': 'returned',
  'stands.shelved': 'shelved',
  'stands.suppressed': 'suppressed',
  'stands.out_of_service': 'out of service',
  'priority.critical': 'critical',
  'priority.high': 'high',
  'priority.medium': 'medium',
  'priority.low': 'low',
  'access.closed': 'closed',
  'access.requested': 'requested',
  'access.draining': 'draining',
  'access.clear': 'clear',
  'access.permitted': 'permitted',
  'access.open': 'open',
} as const satisfies All;
