// What does not move, kept as it was drawn last: a frame puts it back and draws only what moves over it. Where a
// processor does the work of graphics hardware, the hall costs many times what drives in it.
import type { WebGLRenderer } from 'three';

export class Still {
  readonly #gl: WebGL2RenderingContext;
  readonly #frame: WebGLFramebuffer;
  readonly #store: WebGLRenderbuffer;
  #width = 0;
  #height = 0;

  constructor(renderer: WebGLRenderer) {
    this.#gl = renderer.getContext() as WebGL2RenderingContext;
    this.#frame = this.#gl.createFramebuffer();
    this.#store = this.#gl.createRenderbuffer();
  }

  /** Keeps what is drawn. */
  keep(): void {
    const gl = this.#gl;
    const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, this.#frame);
    if (width !== this.#width || height !== this.#height) {
      [this.#width, this.#height] = [width, height];
      gl.bindRenderbuffer(gl.RENDERBUFFER, this.#store);
      gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, width, height);
      gl.bindRenderbuffer(gl.RENDERBUFFER, null);
      gl.framebufferRenderbuffer(gl.DRAW_FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, this.#store);
    }
    this.#copy();
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
  }

  /** Puts it back. */
  show(): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.#frame);
    this.#copy();
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
  }

  #copy(): void {
    const gl = this.#gl;
    gl.blitFramebuffer(0, 0, this.#width, this.#height, 0, 0, this.#width, this.#height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
  }

  dispose(): void {
    this.#gl.deleteFramebuffer(this.#frame);
    this.#gl.deleteRenderbuffer(this.#store);
  }
}
