// A plant in parts in a real browser: an hour back in its past; its controller killed, and the page goes on by itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, shot, until } from './browser.mjs';
import { inParts } from './plant.mjs';
import { enter, setUp, timeBar } from './person.mjs';

const WORDS = {
  en: { live: 'Live', past: 'Past', work: 'Vehicles at work' },
  'zh-CN': { live: '实时', past: '历史', work: '作业中的车辆' },
};
const SECOND = 1e6;
const HOUR = 3_600 * SECOND;

describe('an hour back, and a server that is killed', { skip: browserPath() ? false : 'no browser here' }, () => {
  let plant;
  let controller;
  let browser;
  before(async () => {
    plant = await inParts(60);
    controller = plant.first;
    browser = await launch();
    await setUp(plant);
  });
  after(async () => {
    await browser?.close();
    await controller?.stop();
    await plant?.stop();
  });

  async function entered(language) {
    const opened = await enter(browser, plant, language, '#view=vehicles');
    return { ...opened, slider: await timeBar(opened.page) };
  }

  const says = (slider, word) => until(`the bar says ${word}`, async () => (await slider.getAttribute('aria-valuetext'))?.startsWith(word));
  const atWork = (page, words) => page.locator('dl > div', { hasText: words.work }).locator('dd').first().innerText();
  const busy = (view) => `${view.vehicles.filter((row) => row.transport !== null).length} / ${view.vehicles.length}`;

  for (const language of ['en', 'zh-CN']) {
    const words = WORDS[language];

    test(`an hour back by pointer shows what the journal says of that instant (${language})`, async () => {
      const { context, page, faults, ask, slider } = await entered(language);
      const { to } = await until('a journal of more than an hour', async () => {
        const reach = await ask('api/v1/history');
        return reach.to - reach.from > HOUR + 600 * SECOND ? reach : null;
      }, 180_000);
      await says(slider, words.live);
      const box = await slider.boundingBox();
      const [begin, end] = await Promise.all(['data-from', 'data-until'].map(async (name) => Number(await slider.getAttribute(name))));
      const place = (us) => box.x + ((us - begin) / (end - begin)) * box.width;
      const low = box.y + box.height * 0.9;
      await page.mouse.move(place(to), low);
      await page.mouse.down();
      await page.mouse.move(place(to - HOUR), low, { steps: 12 });
      await page.mouse.up();
      await says(slider, words.past);
      // The address follows the last steps of the pointer.
      const at = await until('the past picture', async () => {
        const moment = Number(new URL(page.url()).hash.match(/[#&]t=(\d+)/)?.[1]);
        const view = await ask(`api/v1/history/view?at=${moment}`);
        return (await atWork(page, words)) === busy(view) && moment;
      });
      // A second here is a minute there, and the bar goes on meanwhile.
      assert.ok(Math.abs(at - (to - HOUR)) < 300 * SECOND, `${at} of ${to}`);
      await shot(page, `hour-${language}`);
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }

  test('the controller is killed; the page says so, and goes on by itself where the plant is', async () => {
    const words = WORDS.en;
    const { context, page, ask, slider } = await entered('en');
    await until('vehicles at work', async () => !(await atWork(page, words)).startsWith('0 '));
    const { from } = await ask('api/v1/history');
    const before = await ask('api/v1/view');
    await controller.kill();
    await page.locator('.state.lost').waitFor();
    await shot(page, 'killed');
    await page.waitForTimeout(3_000);
    controller = await plant.again();
    await until('the view goes on', async () => {
      const view = await ask('api/v1/view').catch(() => null);
      return view && view.time > before.time ? view : null;
    }, 60_000);
    await says(slider, words.live);
    await until('the page shows it', async () => (await atWork(page, words)) === busy(await ask('api/v1/view')), 60_000);
    // What was before the kill is still there, and the instant of the kill too.
    assert.equal((await ask('api/v1/history')).from, from);
    const was = await ask(`api/v1/history/view?at=${before.time}`);
    assert.equal(busy(was), busy(before));
    const there = await ask(`api/v1/history/view?at=${before.time + 60 * SECOND}`);
    assert.equal(there.vehicles.length, before.vehicles.length);
    await context.close();
  });
});
