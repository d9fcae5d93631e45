// What the time bar draws: ground of past and forecast, marks, access windows, finish dates, now, cursor.
import type { ForecastView, Mark, OrderForecast } from '../../lib/api/types';
import type { Calendar } from '../../lib/i18n/format';
import { type Range, ticks, x } from '../../lib/time/axis';
import { fitted, hatch, type Ink } from '../../lib/time/ink';
import { type Cluster, clusters } from '../../lib/time/marks';

export interface Strip {
  width: number;
  height: number;
  range: Range;
  calendar: Calendar;
  past: Range | null;
  ahead: Range | null;
  now: number;
  /** `null`: live. */
  cursor: number | null;
  marks: readonly Mark[];
  forecast: ForecastView | null;
  labels: { now: string; date: (at: number) => string; time: (at: number) => string };
}

/** Rows below the ruler. */
const ROWS = 3;
const ROOM = 12;

export interface Rows {
  ruler: number;
  row: number;
  /** Middle of each row. */
  middle: (row: number) => number;
}

export function rows(strip: Strip, ink: Ink): Rows {
  const ruler = ink.size * 1.35;
  const row = (strip.height - ruler) / ROWS;
  return { ruler, row, middle: (index) => ruler + row * (index + 0.5) };
}

/** Row of each kind of mark. */
const ROW: Record<Mark['kind'], number> = { alarm: 0, stop: 0, fire: 0, order: 1, access: 2 };

export function draw(pen: CanvasRenderingContext2D, strip: Strip, ink: Ink): void {
  const at = rows(strip, ink);
  pen.font = `${ink.size * 0.82}px ${ink.font}`;
  pen.textBaseline = 'middle';
  ground(pen, strip, ink, at);
  ruler(pen, strip, ink, at);
  windows(pen, strip, ink, at);
  for (const cluster of clusters(strip.marks.filter((mark) => mark.kind !== 'access'), strip.range, strip.width, ROOM)) sign(pen, cluster, ink, at);
  if (strip.forecast && strip.ahead) finishes(pen, strip, strip.forecast, ink, at);
  nowLine(pen, strip, ink, at);
  cursor(pen, strip, ink, at);
}

function ground(pen: CanvasRenderingContext2D, strip: Strip, ink: Ink, at: Rows): void {
  const place = (instant: number): number => x(instant, strip.range, strip.width);
  pen.fillStyle = ink.ground;
  pen.fillRect(0, at.ruler, strip.width, strip.height - at.ruler);
  const now = place(strip.now);
  if (strip.past) {
    const begin = Math.max(0, place(strip.past.from));
    pen.fillStyle = ink.raised;
    pen.fillRect(begin, at.ruler, Math.max(0, now - begin), strip.height - at.ruler);
  }
  if (strip.ahead) {
    const end = Math.min(strip.width, place(strip.ahead.until));
    pen.fillStyle = ink['forecast-ground'];
    pen.fillRect(now, at.ruler, Math.max(0, end - now), strip.height - at.ruler);
    pen.globalAlpha = 0.3;
    hatch(pen, Math.max(0, now), at.ruler, end - Math.max(0, now), strip.height - at.ruler, ink.low, 9);
    pen.globalAlpha = 1;
  }
  pen.strokeStyle = ink.line;
  pen.strokeRect(-1, Math.round(at.ruler) + 0.5, strip.width + 2, strip.height);
}

function ruler(pen: CanvasRenderingContext2D, strip: Strip, ink: Ink, at: Rows): void {
  pen.textAlign = 'left';
  pen.lineWidth = 1;
  for (const tick of ticks(strip.range, strip.width, ink.size * 6, strip.calendar)) {
    const place = Math.round(x(tick.at, strip.range, strip.width)) + 0.5;
    pen.strokeStyle = tick.day ? ink['line-strong'] : ink.line;
    pen.beginPath();
    pen.moveTo(place, tick.day ? 0 : at.ruler * 0.3);
    pen.lineTo(place, strip.height);
    pen.stroke();
    const text = tick.day ? strip.labels.date(tick.at) : strip.labels.time(tick.at);
    const wide = pen.measureText(text).width;
    // The tags of now and of the cursor stand here.
    if (tags(strip, ink).some((tag) => place + 4 < tag + ink.size * 2.6 && place + 4 + wide > tag - ink.size * 2.6)) continue;
    pen.fillStyle = tick.day ? ink.text : ink['text-quiet'];
    pen.fillText(text, place + 4, at.ruler * 0.5);
  }
}

/** Where the ruler has tags: now and the cursor. */
function tags(strip: Strip, ink: Ink): number[] {
  const keep = (at: number): number => Math.min(Math.max(x(at, strip.range, strip.width), ink.size * 2), strip.width - ink.size * 2);
  return strip.cursor === null ? [keep(strip.now)] : [keep(strip.now), keep(strip.cursor)];
}

function windows(pen: CanvasRenderingContext2D, strip: Strip, ink: Ink, at: Rows): void {
  const y = at.middle(ROW.access);
  const height = at.row * 0.6;
  for (const mark of strip.marks) {
    if (mark.kind !== 'access') continue;
    const from = x(mark.at, strip.range, strip.width);
    const until = x(mark.until ?? strip.now, strip.range, strip.width);
    if (until < 0 || from > strip.width) continue;
    const wide = Math.max(3, until - from);
    pen.fillStyle = ink['select-ground'];
    pen.fillRect(from, y - height / 2, wide, height);
    pen.strokeStyle = ink.select;
    pen.strokeRect(from, y - height / 2, wide, height);
    pen.fillStyle = ink.text;
    pen.textAlign = 'left';
    pen.fillText(fitted(pen, mark.object.slice(mark.object.indexOf(' ') + 1), wide - 6), Math.max(from, 0) + 3, y + 1);
  }
}

/** Alarm: triangle. Stop and fire: filled square. Order: hollow while it comes, filled when done. */
function sign(pen: CanvasRenderingContext2D, cluster: Cluster, ink: Ink, at: Rows): void {
  const y = at.middle(ROW[cluster.kind]);
  const half = at.row * 0.32;
  const { x: place } = cluster;
  const done = cluster.marks.some((mark) => mark.code === 'done');
  const colour = { alarm: ink.high, stop: ink.critical, fire: ink.critical, order: ink['text-quiet'], access: ink.select }[cluster.kind];
  pen.fillStyle = pen.strokeStyle = colour;
  pen.lineWidth = 1.3;
  pen.beginPath();
  if (cluster.kind === 'alarm') {
    pen.moveTo(place, y - half);
    pen.lineTo(place + half, y + half);
    pen.lineTo(place - half, y + half);
    pen.closePath();
  } else if (cluster.kind === 'order') {
    pen.arc(place, y, half * 0.85, 0, 2 * Math.PI);
  } else {
    pen.rect(place - half, y - half, 2 * half, 2 * half);
  }
  if (cluster.kind === 'order' && !done) pen.stroke();
  else pen.fill();
}

/** Orders of the forecast on as many rows as there are, the earliest first; which do not fit are left to the panel. */
function finishes(pen: CanvasRenderingContext2D, strip: Strip, forecast: ForecastView, ink: Ink, at: Rows): void {
  const ends = [-Infinity, -Infinity, -Infinity];
  const place = (instant: number): number => x(instant, strip.range, strip.width);
  const edge = strip.ahead ? place(strip.ahead.until) : strip.width;
  const sorted = forecast.orders.filter((order) => order.finish.some((one) => one !== null)).toSorted((a, b) => (a.p10 ?? Infinity) - (b.p10 ?? Infinity));
  for (const order of sorted) {
    const told = order.finish.filter((one): one is number => one !== null);
    const from = place(forecast.fan && order.p10 != null ? order.p10 : Math.min(...told));
    const until = forecast.fan ? (order.p90 == null ? edge : place(order.p90)) : place(Math.max(...told));
    if (until < 0 || from > strip.width) continue;
    const name = `${order.at_risk ? '▲ ' : ''}${order.reference}`;
    const wide = pen.measureText(name).width + 8;
    const row = ends.findIndex((end) => from > end + 4);
    if (row < 0) continue;
    ends[row] = until + wide;
    const y = at.middle(row);
    pen.strokeStyle = pen.fillStyle = order.at_risk ? ink.high : ink.text;
    whisker(pen, order, { fan: forecast.fan, from, until, y, half: at.row * 0.3, place });
    pen.textAlign = 'left';
    pen.fillText(name, until + 5, y + 1);
  }
}

interface Whisker {
  fan: boolean;
  from: number;
  until: number;
  y: number;
  half: number;
  place: (instant: number) => number;
}

/** A fan: the middle eight of ten and the median. Too few paths for one: a dot for each. */
function whisker(pen: CanvasRenderingContext2D, order: OrderForecast, { fan, from, until, y, half, place }: Whisker): void {
  pen.lineWidth = 1.5;
  if (!fan) {
    for (const one of order.finish) {
      if (one === null) continue;
      pen.beginPath();
      pen.arc(place(one), y, 2.2, 0, 2 * Math.PI);
      pen.fill();
    }
    return;
  }
  pen.globalAlpha = 0.22;
  pen.fillRect(from, y - half, Math.max(2, until - from), 2 * half);
  pen.globalAlpha = 1;
  if (order.p50 == null) return;
  pen.fillRect(place(order.p50) - 1, y - half, 2, 2 * half);
}

function nowLine(pen: CanvasRenderingContext2D, strip: Strip, ink: Ink, at: Rows): void {
  const place = Math.round(x(strip.now, strip.range, strip.width));
  if (place < -40 || place > strip.width + 40) return;
  pen.fillStyle = ink.text;
  pen.fillRect(place - 1, at.ruler * 0.1, 2, strip.height);
  if (strip.cursor !== null && Math.abs(x(strip.cursor, strip.range, strip.width) - place) < ink.size * 5) return;
  tag(pen, place, strip.labels.now, strip.width, at.ruler, ink.text, ink.raised);
}

function cursor(pen: CanvasRenderingContext2D, strip: Strip, ink: Ink, at: Rows): void {
  if (strip.cursor === null) return;
  const place = Math.round(x(strip.cursor, strip.range, strip.width));
  if (place < -2 || place > strip.width + 2) return;
  const colour = strip.cursor > strip.now ? ink.low : ink.medium;
  pen.fillStyle = colour;
  pen.fillRect(place - 1, at.ruler * 0.5, 3, strip.height);
  tag(pen, place, strip.labels.time(strip.cursor), strip.width, at.ruler, colour, ink.raised);
}

/** A filled label in the ruler, kept within it. */
function tag(pen: CanvasRenderingContext2D, place: number, text: string, width: number, height: number, ground: string, colour: string): void {
  pen.textAlign = 'center';
  const wide = pen.measureText(text).width + 10;
  const middle = Math.min(Math.max(place, wide / 2), width - wide / 2);
  pen.fillStyle = ground;
  pen.beginPath();
  pen.roundRect(middle - wide / 2, 0, wide, height - 1, 3);
  pen.fill();
  pen.fillStyle = colour;
  pen.fillText(text, middle, height * 0.52);
}
