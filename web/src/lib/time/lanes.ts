// Lanes over time on a canvas: a ruler, a name for each lane, bars with their words on them. Only what is
// in view is drawn.
import type { Calendar } from '../i18n/format';
import { type Range, type Tick, ticks, x } from './axis';
import { fitted, hatch, type Ink } from './ink';

export interface Bar {
  from: number;
  until: number;
  /** Fill; none: outline only. */
  fill: string | null;
  /** Written on the bar, or right of it where it does not fit and `beside` says so. */
  text?: string;
  beside?: boolean;
  /** Colour of the words. */
  ink?: string;
  outline?: string;
  dashed?: boolean;
  hatched?: string;
  /** Top and height within the lane, 0 to 1; whole lane by default. */
  top?: number;
  height?: number;
}

/** An instant on a lane: a flag for a date that was promised, a diamond for one that is expected. */
export interface Point {
  at: number;
  kind: 'flag' | 'diamond' | 'dot';
  colour: string;
}

export interface Lane {
  id: string;
  name: string;
  /** Not normal: the name is marked. */
  bad?: boolean;
  bars: Bar[];
  points?: Point[];
}

export interface Chart {
  width: number;
  height: number;
  /** Width of the names. */
  gutter: number;
  /** Height of the ruler and of a lane. */
  ruler: number;
  row: number;
  /** How far it is scrolled down. */
  scroll: number;
  range: Range;
  calendar: Calendar;
  now: number;
  /** `null`: live, the cursor is now. */
  cursor: number | null;
  chosen: string | null;
  /** What is to come is known up to here; `null`: nothing of it. */
  ahead: number | null;
  lanes: readonly Lane[];
  labels: { date: (at: number) => string; time: (at: number) => string };
}

/** The lane at a height, by index; -1 in the ruler or below the last. */
export function laneAt(chart: Pick<Chart, 'ruler' | 'row' | 'scroll' | 'lanes'>, y: number): number {
  if (y < chart.ruler) return -1;
  const index = Math.floor((y - chart.ruler + chart.scroll) / chart.row);
  return index < chart.lanes.length ? index : -1;
}

/** Lanes in view, first and one past the last. */
export function visible(chart: Pick<Chart, 'ruler' | 'row' | 'scroll' | 'lanes' | 'height'>): [number, number] {
  const first = Math.max(0, Math.floor(chart.scroll / chart.row));
  const end = Math.ceil((chart.scroll + chart.height - chart.ruler) / chart.row);
  return [first, Math.min(chart.lanes.length, end)];
}

export function draw(pen: CanvasRenderingContext2D, chart: Chart, ink: Ink): void {
  pen.fillStyle = ink.raised;
  pen.fillRect(0, 0, chart.width, chart.height);
  pen.textBaseline = 'middle';
  const [first, end] = visible(chart);
  pen.save();
  pen.beginPath();
  pen.rect(0, chart.ruler, chart.width, chart.height - chart.ruler);
  pen.clip();
  ground(pen, chart, ink);
  grid(pen, chart, ink);
  for (let index = first; index < end; index++) {
    const lane = chart.lanes[index];
    if (lane) paint(pen, chart, lane, chart.ruler + index * chart.row - chart.scroll, ink);
  }
  pen.restore();
  ruler(pen, chart, ink);
  lines(pen, chart, ink);
}

function place(chart: Chart, at: number): number {
  return chart.gutter + x(at, chart.range, chart.width - chart.gutter);
}

function ground(pen: CanvasRenderingContext2D, chart: Chart, ink: Ink): void {
  const now = Math.max(chart.gutter, place(chart, chart.now));
  if (now >= chart.width || chart.ahead === null) return;
  const end = Math.min(chart.width, place(chart, chart.ahead));
  pen.fillStyle = ink['forecast-ground'];
  pen.globalAlpha = 0.55;
  pen.fillRect(now, 0, Math.max(0, end - now), chart.height);
  pen.globalAlpha = 0.14;
  hatch(pen, now, 0, end - now, chart.height, ink.low, 11);
  pen.globalAlpha = 1;
}

function paint(pen: CanvasRenderingContext2D, chart: Chart, lane: Lane, y: number, ink: Ink): void {
  const { gutter, row, width } = chart;
  if (lane.id === chart.chosen) {
    pen.globalAlpha = 0.6;
    pen.fillStyle = ink['select-ground'];
    pen.fillRect(0, y, width, row);
    pen.globalAlpha = 1;
  }
  pen.strokeStyle = ink.line;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(0, Math.round(y + row) + 0.5);
  pen.lineTo(width, Math.round(y + row) + 0.5);
  pen.stroke();
  pen.font = `${lane.id === chart.chosen ? '600 ' : ''}${ink.size * 0.93}px ${ink.font}`;
  pen.fillStyle = lane.bad ? ink.critical : ink.text;
  pen.textAlign = 'left';
  pen.fillText(fitted(pen, `${lane.bad ? '▲ ' : ''}${lane.name}`, gutter - 14), 8, y + row / 2);
  pen.font = `${ink.size * 0.86}px ${ink.font}`;
  pen.save();
  pen.beginPath();
  pen.rect(gutter, y, width - gutter, row);
  pen.clip();
  for (const one of lane.bars) bar(pen, chart, one, y, ink);
  for (const point of lane.points ?? []) sign(pen, place(chart, point.at), y, row, point);
  pen.restore();
}

function bar(pen: CanvasRenderingContext2D, chart: Chart, one: Bar, y: number, ink: Ink): void {
  const left = Math.max(place(chart, one.from), chart.gutter - 4);
  const right = Math.min(place(chart, one.until), chart.width + 4);
  if (right < chart.gutter || left > chart.width || right < left) return;
  const wide = Math.max(1, right - left);
  const top = y + 2 + (one.top ?? 0) * (chart.row - 4);
  const tall = (one.height ?? 1) * (chart.row - 4);
  if (one.fill) {
    pen.fillStyle = one.fill;
    pen.fillRect(left, top, wide, tall);
  }
  if (one.hatched) hatch(pen, left, top, wide, tall, one.hatched, 6);
  if (one.outline) {
    pen.strokeStyle = one.outline;
    pen.lineWidth = 1;
    pen.setLineDash(one.dashed ? [4, 3] : []);
    pen.strokeRect(left + 0.5, top + 0.5, Math.max(1, wide - 1), tall - 1);
    pen.setLineDash([]);
  }
  if (!one.text || tall < ink.size * 0.9) return;
  words(pen, chart, one, { left, right, middle: top + tall / 2 + 0.5 }, ink);
}

function words(pen: CanvasRenderingContext2D, chart: Chart, one: Bar, at: { left: number; right: number; middle: number }, ink: Ink): void {
  const text = one.text ?? '';
  const start = Math.max(at.left, chart.gutter) + 5;
  pen.fillStyle = one.ink ?? ink.text;
  const inside = fitted(pen, text, at.right - start - 4);
  if (inside === text || !one.beside) {
    if (inside) pen.fillText(inside, start, at.middle);
    return;
  }
  pen.fillStyle = ink.text;
  // Right of a short bar; left of it where the chart ends.
  const wide = pen.measureText(text).width;
  if (at.right + wide + 8 < chart.width || at.left - wide - 8 < chart.gutter) pen.fillText(text, at.right + 6, at.middle);
  else pen.fillText(text, at.left - wide - 6, at.middle);
}

function sign(pen: CanvasRenderingContext2D, at: number, y: number, row: number, point: Point): void {
  pen.fillStyle = pen.strokeStyle = point.colour;
  const middle = y + row / 2;
  pen.beginPath();
  if (point.kind === 'diamond') {
    pen.moveTo(at, middle - 6);
    pen.lineTo(at + 6, middle);
    pen.lineTo(at, middle + 6);
    pen.lineTo(at - 6, middle);
    pen.fill();
  } else if (point.kind === 'dot') {
    pen.arc(at, middle, 2.5, 0, 2 * Math.PI);
    pen.fill();
  } else {
    pen.fillRect(at - 1, y + 2, 2, row - 4);
    pen.moveTo(at, y + 2);
    pen.lineTo(at + 8, y + 6);
    pen.lineTo(at, y + 10);
    pen.fill();
  }
}

function marks(chart: Chart, ink: Ink): Tick[] {
  return ticks(chart.range, chart.width - chart.gutter, ink.size * 6, chart.calendar);
}

function grid(pen: CanvasRenderingContext2D, chart: Chart, ink: Ink): void {
  pen.lineWidth = 1;
  for (const tick of marks(chart, ink)) {
    const at = Math.round(place(chart, tick.at)) + 0.5;
    pen.strokeStyle = tick.day ? ink['line-strong'] : ink.line;
    pen.beginPath();
    pen.moveTo(at, chart.ruler);
    pen.lineTo(at, chart.height);
    pen.stroke();
  }
}

function ruler(pen: CanvasRenderingContext2D, chart: Chart, ink: Ink): void {
  pen.fillStyle = ink.panel;
  pen.fillRect(0, 0, chart.width, chart.ruler);
  pen.font = `${ink.size * 0.86}px ${ink.font}`;
  pen.textAlign = 'left';
  for (const tick of marks(chart, ink)) {
    pen.fillStyle = tick.day ? ink.text : ink['text-quiet'];
    pen.fillText(tick.day ? chart.labels.date(tick.at) : chart.labels.time(tick.at), place(chart, tick.at) + 4, chart.ruler * 0.5);
  }
  pen.strokeStyle = ink['line-strong'];
  pen.beginPath();
  pen.moveTo(0, chart.ruler - 0.5);
  pen.lineTo(chart.width, chart.ruler - 0.5);
  pen.moveTo(chart.gutter - 0.5, 0);
  pen.lineTo(chart.gutter - 0.5, chart.height);
  pen.stroke();
}

function lines(pen: CanvasRenderingContext2D, chart: Chart, ink: Ink): void {
  const now = place(chart, chart.now);
  if (now >= chart.gutter) {
    pen.fillStyle = ink.text;
    pen.fillRect(Math.round(now) - 1, chart.ruler * 0.5, 2, chart.height);
  }
  if (chart.cursor === null) return;
  const at = place(chart, chart.cursor);
  if (at < chart.gutter) return;
  pen.fillStyle = chart.cursor > chart.now ? ink.low : ink.medium;
  pen.fillRect(Math.round(at) - 1, 0, 3, chart.height);
}
