// The control centre in a real browser against the real program, in both languages.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, open, serious, share, shot, until } from './browser.mjs';
import { demo } from './plant.mjs';

const PASSWORD = 'a long secret word';
/** Of the operator's skin. */
const FLOOR = [0xe9, 0xeb, 0xed];
const WORDS = {
  en: { find: 'Find a vehicle, station, port or order', vehicle: 'Vehicle', live: 'Rehearsal', wall: 'Wall', space: '3D', walk: 'Walk', stations: 'Stations', heat: 'Congestion', fit: 'Show all' },
  'zh-CN': { find: '查找车辆、工位、端口或工单', vehicle: '车辆', live: '演练', wall: '大屏', space: '三维', walk: '漫游', stations: '工位', heat: '拥堵', fit: '显示全部' },
};

/** Where the page draws a vehicle [m]. */
const where = (page, name) => page.evaluate((one) => window.fenhe?.where('vehicle', one) ?? null, name);

/** Enters as the admin. */
async function enter(page) {
  await page.locator('input[autocomplete=username]').fill('chief');
  await page.locator('input[type=password]').fill(PASSWORD);
  await page.locator('form button.main').click();
}

/** The page's own drawing is there and has vehicles. */
const drawn = (page) => until('the plan is drawn', async () => (await where(page, 'agv-1')) !== null);

describe('the control centre', { skip: browserPath() ? false : 'no browser here' }, () => {
  let plant;
  let browser;
  before(async () => {
    plant = await demo();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  test('the first start asks for the token and makes the first admin', async () => {
    const { context, page, faults } = await open(browser, plant.address);
    await page.getByRole('heading', { name: 'Make the first admin' }).waitFor();
    assert.deepEqual(await serious(page), []);
    await shot(page, 'first-admin-en');
    await page.getByLabel('One-time token').fill('fhi_wrong');
    await page.getByLabel('Name', { exact: true }).fill('chief');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Make admin and log in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('One-time token').fill(plant.setUp);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Make admin and log in' }).click();
    await page.getByText('chief').waitFor();
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });

  for (const language of ['en', 'zh-CN']) {
    const words = WORDS[language];

    test(`log in, see a vehicle move, find it, select it (${language})`, async () => {
      const { context, page, faults } = await open(browser, plant.address, { language });
      await page.locator('input[type=password]').waitFor();
      await shot(page, `login-${language}`);
      await enter(page);
      await drawn(page);
      assert.equal(await page.evaluate(() => document.documentElement.lang), language);
      await page.getByRole('status').getByText(words.live).first().waitFor();

      const at = async () => Promise.all([...Array(104).keys()].map((index) => where(page, `agv-${index + 1}`)));
      const begin = await at();
      const mover = await until('a vehicle moves', async () => {
        const now = await at();
        const index = now.findIndex((one, i) => one && begin[i] && Math.hypot(one.x - begin[i].x, one.y - begin[i].y) > 2);
        return index < 0 ? null : `agv-${index + 1}`;
      });
      // Smoothly: from picture to picture it never goes farther than it can drive in the time between them.
      const leap = await page.evaluate(async (name) => {
        let [farthest, last] = [0, window.fenhe.where('vehicle', name)];
        let before = window.fenhe.posed;
        const end = performance.now() + 3_000;
        while (performance.now() < end) {
          await new Promise((done) => requestAnimationFrame(done));
          const [now, posed] = [window.fenhe.where('vehicle', name), window.fenhe.posed];
          if (posed > before) farthest = Math.max(farthest, Math.hypot(now.x - last.x, now.y - last.y) / Math.max(posed - before, 16));
          [last, before] = [now, posed];
        }
        return farthest;
      }, mover);
      // Ten times as fast as the plant, 1 to 1.5 m/s, and room for the way a late report is caught up with.
      assert.ok(leap < 0.12, `${mover} leapt ${leap} m/ms`);
      // The hall stays in the picture while vehicles drive over it.
      const floor = await share(page, page.locator('canvas.picture'), FLOOR);
      assert.ok(floor > 0.15, `${floor} of the picture is floor`);

      await page.getByRole('combobox', { name: words.find }).fill(mover);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: mover, exact: true }).waitFor();
      assert.match(page.url(), new RegExp(`sel=vehicle:${mover}`));
      await shot(page, `vehicle-${language}`);
      assert.deepEqual(await serious(page), []);

      await page.getByRole('button', { name: words.fit }).click();
      await page.getByRole('button', { name: words.heat }).click();
      await page.waitForTimeout(1_500);
      await shot(page, `plan-${language}`);
      await page.getByRole('button', { name: words.space }).click();
      await page.waitForTimeout(1_500);
      await shot(page, `space-${language}`);
      await page.getByRole('button', { name: words.walk }).click();
      await page.waitForTimeout(1_000);
      await shot(page, `walk-${language}`);
      await page.getByRole('navigation').getByRole('button', { name: words.stations }).click();
      await page.getByRole('main').getByRole('table').waitFor();
      await shot(page, `stations-${language}`);
      assert.deepEqual(await serious(page), []);
      await page.getByRole('button', { name: words.wall, exact: true }).click();
      await page.getByRole('navigation').waitFor({ state: 'detached' });
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }

  test('a click on a vehicle of the plan selects it; the link brings another page there', async () => {
    const { context, page, faults } = await open(browser, plant.address);
    await enter(page);
    await drawn(page);
    const canvas = await page.locator('canvas.picture').boundingBox();
    // At ten times its speed a vehicle that drives is gone before the pointer comes: one that stands.
    const standing = async () => {
      const all = async () => Promise.all([...Array(104).keys()].map((index) => where(page, `agv-${index + 1}`)));
      const before = await all();
      await page.waitForTimeout(500);
      const now = await all();
      return `agv-${1 + now.findIndex((one, i) => one && before[i] && one.x === before[i].x && one.y === before[i].y)}`;
    };
    const selected = await until('a vehicle is hit', async () => {
      const name = await standing();
      await page.getByRole('combobox', { name: WORDS.en.find }).fill(name);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name, exact: true }).waitFor();
      await page.getByRole('button', { name: 'Close' }).click();
      await page.waitForTimeout(400);
      const spot = await page.evaluate((one) => {
        const at = window.fenhe.where('vehicle', one);
        return window.fenhe.pixel(at.x, at.y);
      }, name);
      await page.mouse.click(canvas.x + spot.x, canvas.y + spot.y);
      return /sel=vehicle:agv-/.test(page.url());
    });
    assert.ok(selected);
    const link = page.url();
    const name = link.match(/sel=vehicle:(agv-\d+)/)[1];
    const other = await context.newPage();
    await other.goto(link);
    await other.getByRole('heading', { name, exact: true }).waitFor();
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });

  test('the hall is drawn again when the machine takes its graphics away and gives them back', async () => {
    const { context, page, faults } = await open(browser, plant.guest);
    await drawn(page);
    const canvas = page.locator('canvas.picture');
    // Chosen by hand it stays so: other pixels would be other colours.
    await page.getByRole('button', { name: 'Low power' }).click();
    await page.waitForTimeout(500);
    const before = await share(page, canvas, FLOOR);
    await canvas.evaluate(async (one) => {
      const graphics = one.getContext('webgl2').getExtension('WEBGL_lose_context');
      const told = (name) => new Promise((done) => one.addEventListener(name, done, { once: true }));
      const lost = told('webglcontextlost');
      graphics.loseContext();
      await lost;
      // It may be given back once all have heard that it is gone.
      await new Promise((done) => setTimeout(done));
      const restored = told('webglcontextrestored');
      graphics.restoreContext();
      await restored;
    });
    await page.waitForTimeout(500);
    // In some frames the hall is drawn as a station changed, in most it is put back: several are looked at.
    const after = [];
    for (let look = 0; look < 8; look++) after.push(await share(page, canvas, FLOOR));
    await shot(page, 'restored');
    assert.ok(Math.min(...after) > before * 0.9, `${after.join(', ')} of the picture is floor, it was ${before}`);
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });

  test('the wall: dark, large, no commands', async () => {
    const { context, page, faults } = await open(browser, plant.guest, { size: { width: 1920, height: 1080 } });
    await drawn(page);
    await page.getByRole('button', { name: 'Wall', exact: true }).click();
    await page.getByRole('navigation').waitFor({ state: 'detached' });
    await page.waitForTimeout(1_000);
    await shot(page, 'wall-en');
    assert.equal(await page.getByRole('navigation').count(), 0);
    assert.deepEqual(await serious(page), []);
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });

  test('everything that moves goes by keyboard', async () => {
    const { context, page } = await open(browser, plant.guest);
    await drawn(page);
    const place = () => page.evaluate(() => window.fenhe.place());
    const before = await place();
    await page.locator('canvas.picture').focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    const after = await place();
    assert.ok(after.across < before.across && after.x > before.x, JSON.stringify([before, after]));
    await page.keyboard.press('0');
    assert.equal(Math.round((await place()).across), Math.round(before.across));
    await context.close();
  });
});
