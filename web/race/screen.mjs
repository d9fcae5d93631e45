// Measures the control centre in a real browser: `node screen.mjs LINK VEHICLES`. Writes one JSON object.
import { launch, open, until } from '../tests/browser.mjs';

const [link, vehicles] = [process.argv[2], Number(process.argv[3])];
/** Pages that come late. */
const PAGES = 7;
/** Until work has begun everywhere, so that vehicles drive [ms]. */
const WARM_UP = 180_000;
/** Frames of the page that stays. */
const FRAMES = 200;

/** Notes when the last vehicle is drawn first, since the page was begun. */
const noteJoin = (page) =>
  page.addInitScript((wanted) => {
    const look = () => {
      if (window.fenhe?.where('vehicle', `agv-${wanted}`)) window.joined = performance.now();
      else requestAnimationFrame(look);
    };
    look();
  }, vehicles);

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

await new Promise((done) => setTimeout(done, WARM_UP));
const browser = await launch();
try {
  const late = [];
  let load = 0;
  for (let count = 0; count < PAGES; count++) {
    const { context, page } = await open(browser, link, { prepare: noteJoin });
    late.push(await until('the whole plant', () => page.evaluate(() => window.joined)));
    const loaded = await page.evaluate(() => [performance.getEntriesByType('navigation'), performance.getEntriesByType('resource')].flat()
      .filter((one) => !new URL(one.name).pathname.startsWith('/api/')).reduce((sum, one) => sum + one.encodedBodySize, 0));
    load = Math.max(load, loaded / 1_000);
    await context.close();
  }
  const { page } = await open(browser, link);
  const frame = await until('enough frames', async () => {
    const found = await page.evaluate(() => window.fenhe?.frame);
    return found?.frames >= FRAMES ? found : null;
  }, 300_000);
  console.error('late', late.map(Math.round).join(' '), 'ms; frames', JSON.stringify(frame));
  console.log(JSON.stringify({ script: frame.median, late: median(late), load }));
} finally {
  await browser.close();
}
