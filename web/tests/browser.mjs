// A real browser, and what must hold of every page: nothing leaves the origin, the content policy is kept,
// the script does not fail, and axe finds no serious fault.
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const OUT = new URL('./out/', import.meta.url);
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is; none if there is none. */
export const browserPath = () => PLACES.find((path) => path && existsSync(path));

export async function launch() {
  return chromium.launch({
    executablePath: browserPath(),
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
  });
}

/** A page that writes down everything it must not do. */
export async function open(browser, address, { language = 'en', size = { width: 1600, height: 900 }, prepare = async () => {} } = {}) {
  const locale = language === 'zh-CN' ? 'zh-CN' : 'en-GB';
  const context = await browser.newContext({ locale, viewport: size, serviceWorkers: 'block' });
  // A busy machine without a graphics card is slow, not wrong.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const faults = [];
  const origin = new URL(address).origin;
  const own = (url) => url.startsWith(origin) || url.startsWith(origin.replace('http', 'ws')) || url.startsWith('data:') || url.startsWith('blob:');
  page.on('request', (request) => own(request.url()) || faults.push(`request to ${request.url()}`));
  page.on('websocket', (socket) => own(socket.url()) || faults.push(`socket to ${socket.url()}`));
  // What the API refuses is an answer that the page shows; a file that is missing is a fault.
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && !pathname.startsWith('/api/')) faults.push(`${response.status()} ${pathname}`);
    if (response.status() >= 500) faults.push(`${response.status()} ${pathname}`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await prepare(page);
  await page.goto(address);
  return { context, page, faults };
}

/** Saves what is on the screen. */
export async function shot(page, name) {
  await mkdir(OUT, { recursive: true });
  const path = new URL(`${name}.png`, OUT).pathname;
  await page.screenshot({ path }).catch(() => page.screenshot({ path }));
}

/** How much of an element is drawn in about this colour on the screen: what was sent to be drawn may not be seen. */
export async function share(page, element, [red, green, blue]) {
  const picture = (await element.screenshot()).toString('base64');
  return page.evaluate(async ([bytes, wanted]) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], { type: 'image/png' }));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) if (wanted.every((value, i) => Math.abs(data[at + i] - value) <= 2)) found += 1;
    return (found * 4) / data.length;
  }, [picture, [red, green, blue]]);
}

/** What axe finds that is serious or worse. */
export async function serious(page) {
  const source = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  // By the debugger, as the content policy lets no foreign script in.
  await page.evaluate(source);
  const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations);
  const bad = found.filter((one) => one.impact === 'serious' || one.impact === 'critical');
  return bad.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

/** Everything the page did that it must not. */
export async function allFaults(page, faults) {
  return [...faults, ...(await page.evaluate(() => window.violations)).map((one) => `content policy: ${one}`)];
}

/** Waits until something is so; no fixed sleeps. */
export async function until(what, is, time = 60_000) {
  const end = Date.now() + time;
  for (;;) {
    const found = await is();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
