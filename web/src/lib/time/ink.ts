// The design's colours for what is drawn on a canvas: read from the style sheet, so that both skins hold.
const NAMES = [
  'ground', 'panel', 'raised', 'line', 'line-strong', 'text', 'text-quiet', 'accent', 'select', 'select-ground', 'critical', 'high', 'medium',
  'low', 'good', 'abnormal-ground', 'past-ground', 'forecast-ground',
] as const;

export type Ink = Record<(typeof NAMES)[number], string> & { font: string; size: number };

/** Colours and type as they are now; ask again when skin or size of type change. */
export function ink(): Ink {
  const style = getComputedStyle(document.documentElement);
  const read = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Record<(typeof NAMES)[number], string>;
  return { ...read, font: style.fontFamily, size: parseFloat(style.fontSize) };
}

/** A canvas as sharp as the screen; gives what to draw with, in pixels of the page. */
export function sheet(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const dense = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * dense), Math.round(height * dense)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const pen = canvas.getContext('2d');
  pen?.setTransform(dense, 0, 0, dense, 0, 0);
  pen?.clearRect(0, 0, width, height);
  return pen;
}

/** Diagonal lines over a rectangle: what is not there yet. */
export function hatch(pen: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, colour: string, apart: number): void {
  if (width <= 0 || height <= 0) return;
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.beginPath();
  // Lines start at multiples of their distance, so that rectangles side by side share one pattern.
  for (let at = Math.floor((x - height) / apart) * apart; at < x + width; at += apart) {
    pen.moveTo(at, y + height);
    pen.lineTo(at + height, y);
  }
  pen.stroke();
  pen.restore();
}

/** A text that fits, or what of it fits with an ellipsis; nothing below three letters. */
export function fitted(pen: CanvasRenderingContext2D, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (pen.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low >= 3 ? `${text.slice(0, low)}…` : '';
}
