// Whether there is graphics hardware, or a processor that does its work.
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

type Context = WebGLRenderingContext | WebGL2RenderingContext;

const known = new WeakMap<Context, boolean>();

/** By its name: the browser's own word on it may be bent by flags. Asked once and early: an answer waits for all that was asked before. */
export function software(gl: Context): boolean {
  let found = known.get(gl);
  if (found === undefined) {
    const told = gl.getExtension('WEBGL_debug_renderer_info');
    found = SOFTWARE.test(String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER)));
    known.set(gl, found);
  }
  return found;
}

/** Pixels drawn at most where more of them are drawn than shown. */
const MOST = 9e6;

/** Pixels drawn for one of the page. Edges are smoothed by drawing more than are shown, where that costs nothing. */
export function density(gl: Context, width: number, height: number): number {
  const own = Math.min(2, window.devicePixelRatio);
  const most = Math.sqrt(MOST / Math.max(1, width * height));
  return software(gl) ? own : Math.max(own, Math.min(2, most));
}
