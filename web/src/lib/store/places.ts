// Who is where, by the plant model: what belongs to a line, and who is in a zone or at a line now.
import type { Plant, TransportView, VehicleView } from '../api/types';

const kept = new WeakMap<Plant, Map<string, number>>();

/** Indexes of nodes by name. */
export function nodeIndex(plant: Plant): Map<string, number> {
  const found = kept.get(plant) ?? new Map(plant.nodes.map((node, index) => [node.name, index]));
  kept.set(plant, found);
  return found;
}

/** Vehicles of which the last node reported lies in the zone. */
export function inArea(plant: Plant, area: string, vehicles: readonly VehicleView[]): VehicleView[] {
  const index = nodeIndex(plant);
  const nodes = new Set(plant.areas.find((one) => one.name === area)?.nodes);
  return vehicles.filter((row) => row.node != null && nodes.has(index.get(row.node) ?? -1));
}

/** Vehicles that stand at a port of the line, or carry something from or to one. */
export function atLine(plant: Plant, line: string, vehicles: readonly VehicleView[], transports: readonly TransportView[]): VehicleView[] {
  const index = nodeIndex(plant);
  const id = plant.lines.indexOf(line);
  const buffers = plant.buffers.filter((row) => row.line === id);
  const nodes = new Set(buffers.flatMap((row) => row.nodes));
  const names = new Set(buffers.map((row) => row.name));
  const theirs = new Set(transports.filter((row) => names.has(row.from) || names.has(row.to)).map((row) => row.id));
  return vehicles.filter((row) => (row.transport != null && theirs.has(row.transport)) || (row.node != null && nodes.has(index.get(row.node) ?? -1)));
}

/** Stations of a line that give to no buffer: what leaves them is finished. By name. */
export function lastStations(plant: Plant, line: string): string[] {
  const id = plant.lines.indexOf(line);
  return plant.stations.filter((row) => row.line === id && row.outputs.length === 0).map((row) => row.name);
}
