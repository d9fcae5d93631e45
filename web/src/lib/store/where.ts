// Where things are: what an alarm is about as a selection, and its place on the plan.
import type { Plant, VehicleView } from '../api/types';
import { layout, type Hall } from '../scene/layout';
import { nodeIndex } from './places';
import { address, type Place, type Selection } from './link.svelte';
import { store } from './store.svelte';

/** What the plan shows around a single thing [m]. */
const ACROSS = 40;

/** `vehicle agv-7` as a selection; `null` for what cannot be selected, such as the plant. */
export function selectionOf(object: string): Selection | null {
  const [kind, ...rest] = object.split(' ');
  const name = rest.join(' ');
  if (kind === 'vehicle' || kind === 'station' || kind === 'buffer' || kind === 'order' || kind === 'transport' || kind === 'alarm') return { kind, name };
  return kind === 'zone' ? { kind: 'area', name } : null;
}

const kept = new WeakMap<Plant, Hall>();

function hallOf(plant: Plant): Hall {
  const hall = kept.get(plant) ?? layout(plant);
  kept.set(plant, hall);
  return hall;
}

function around(plant: Plant, nodes: readonly number[]): Place | null {
  const rows = nodes.map((index) => plant.nodes[index]).filter((row) => row !== undefined);
  if (rows.length === 0) return null;
  const xs = rows.map((row) => row.x / 1_000);
  const ys = rows.map((row) => row.y / 1_000);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { x: (left + right) / 2, y: (low + high) / 2, across: Math.max(ACROSS, (right - left) * 1.5, (high - low) * 2) };
}

/** Where something is in the model, or where a vehicle said last that it is. */
export function placeOf(selection: Selection, plant: Plant, vehicles: readonly VehicleView[]): Place | null {
  const { name } = selection;
  switch (selection.kind) {
    case 'vehicle': {
      const row = vehicles.find((one) => one.name === name);
      const start = plant.edges.find((edge) => edge.name === row?.edge)?.from;
      const at = row?.node == null ? start : (nodeIndex(plant).get(row.node) ?? start);
      return at === undefined ? null : around(plant, [at]);
    }
    case 'station': {
      const box = hallOf(plant).stations[plant.stations.findIndex((one) => one.name === name)];
      return box ? { x: box.x, y: box.y, across: ACROSS } : null;
    }
    case 'buffer': {
      const index = plant.buffers.findIndex((one) => one.name === name);
      const served = around(plant, plant.buffers[index]?.nodes ?? []);
      if (served || index < 0) return served;
      const beside = plant.stations.findIndex((one) => one.inputs.includes(index) || one.outputs.includes(index));
      const box = hallOf(plant).stations[beside];
      return box ? { x: box.x, y: box.y, across: ACROSS } : null;
    }
    case 'charger': {
      const row = plant.chargers.find((one) => one.name === name);
      return row ? around(plant, [row.node]) : null;
    }
    case 'area':
      return around(plant, plant.areas.find((one) => one.name === name)?.nodes ?? []);
    default:
      return null;
  }
}

/** Shows something on the plan, selected and in the middle. */
export function showOnPlan(selection: Selection): void {
  const place = store.plant ? placeOf(selection, store.plant, store.picture.vehicles) : null;
  address.go({ view: 'plan', selection, ...(place ? { place } : {}) });
}
