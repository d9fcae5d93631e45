// Words over the picture: a canvas with the system's fonts, so that Chinese names need no font file.
import type { Colours } from './colours';

export interface Label {
  /** Where on the screen, its centre [px]. */
  x: number;
  y: number;
  text: string;
  /** Drawn before others, and over them. */
  rank: number;
  style: 'plain' | 'quiet' | 'wrong' | 'selected';
  /** Shortened if it is wider than this, left out if little would be left [px]. */
  room?: number;
}

const FAMILY = "system-ui, 'Segoe UI', 'Microsoft YaHei', 'PingFang SC', 'Noto Sans CJK SC', 'WenQuanYi Zen Hei', sans-serif";
const CELL = 24;

export class Labels {
  readonly #context: CanvasRenderingContext2D | null;
  readonly #widths = new Map<string, number>();
  readonly #taken = new Set<number>();
  #width = 1;
  #height = 1;
  #size = 12;
  #drawn = false;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext('2d');
  }

  /** Size of the picture and of the type [px]. */
  resize(width: number, height: number, ratio: number, type: number): void {
    this.#width = width;
    this.#height = height;
    if (type !== this.#size) this.#widths.clear();
    this.#size = type;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.#context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  #measure(text: string, bold: boolean): number {
    const key = bold ? `b${text}` : text;
    let width = this.#widths.get(key);
    if (width === undefined) {
      width = this.#context?.measureText(text).width ?? 0;
      this.#widths.set(key, width);
    }
    return width;
  }

  /** As much of a text as there is room for; empty if that says nothing. */
  #within(text: string, room: number | undefined, bold: boolean): string {
    const width = this.#measure(text, bold);
    if (room === undefined || width <= room) return text;
    const letters = Math.floor((text.length * room) / width) - 1;
    return letters >= 4 ? `${text.slice(0, letters)}…` : '';
  }

  /** Claims the cells under a label; false if another has one of them. */
  #claim(x: number, y: number, width: number, height: number): boolean {
    const cells: number[] = [];
    for (let i = Math.floor((x - width / 2) / CELL); i <= Math.floor((x + width / 2) / CELL); i++) {
      for (let j = Math.floor((y - height / 2) / (CELL / 2)); j <= Math.floor((y + height / 2) / (CELL / 2)); j++) {
        const cell = i * 100_000 + j;
        if (this.#taken.has(cell)) return false;
        cells.push(cell);
      }
    }
    for (const cell of cells) this.#taken.add(cell);
    return true;
  }

  draw(labels: Label[], colours: Colours): void {
    const context = this.#context;
    if (!context || (!labels.length && !this.#drawn)) return;
    this.#drawn = labels.length > 0;
    context.clearRect(0, 0, this.#width, this.#height);
    this.#taken.clear();
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = colours.halo;
    labels.sort((a, b) => b.rank - a.rank);
    for (const label of labels) {
      const bold = label.style === 'wrong' || label.style === 'selected';
      context.font = `${bold ? '600 ' : ''}${this.#size}px ${FAMILY}`;
      const text = this.#within(label.text, label.room, bold);
      const width = this.#measure(text, bold);
      if (!text) continue;
      if (label.x < -width || label.y < 0 || label.x > this.#width + width || label.y > this.#height) continue;
      if (!this.#claim(label.x, label.y, width, this.#size) && label.style !== 'selected') continue;
      context.fillStyle = label.style === 'wrong' ? colours.textWrong : label.style === 'quiet' ? colours.textQuiet : colours.text;
      context.strokeText(text, label.x, label.y);
      context.fillText(text, label.x, label.y);
    }
  }
}
