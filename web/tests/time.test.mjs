// The time bar in a real browser against the real program: back in time, played forward, back to now, and
// what is to come.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, serious, shot, until } from './browser.mjs';
import { demo } from './plant.mjs';
import { enter, setUp, timeBar } from './person.mjs';

const WORDS = {
  en: { live: 'Live', past: 'Past', forecast: 'Forecast', play: 'Play', pause: 'Pause', back: 'Back to live', speed: 'Speed of playing', work: 'Vehicles at work', past_: 'PAST', forecast_: 'FORECAST', goTo: 'Go to …', go: 'Go', table: 'As a table' },
  'zh-CN': { live: '实时', past: '历史', forecast: '预测', play: '播放', pause: '暂停', back: '回到实时', speed: '播放速度', work: '作业中的车辆', past_: '历史', forecast_: '预测', goTo: '转到…', go: '转到', table: '以表格显示' },
};
const SECOND = 1e6;

describe('the time bar', { skip: browserPath() ? false : 'no browser here' }, () => {
  let plant;
  let browser;
  before(async () => {
    plant = await demo();
    browser = await launch();
    await setUp(plant);
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  /** A page of the person, on this view. */
  async function entered(language, hash) {
    const sockets = [];
    const opened = await enter(browser, plant, language, hash, (page) => page.on('websocket', (socket) => sockets.push(socket)));
    return { ...opened, sockets, slider: await timeBar(opened.page) };
  }

  /** There is so much to look back on. */
  const journal = (ask, us) => until('the journal is long enough', async () => {
    const { from, to } = await ask('api/v1/history');
    return to - from > us ? { from, to } : null;
  });

  /** The instant in the address [us]. */
  const moment = (page) => Number(new URL(page.url()).hash.match(/[#&]t=(\d+)/)?.[1] ?? Number.NaN);
  const says = (slider, word) => until(`the bar says ${word}`, async () => (await slider.getAttribute('aria-valuetext'))?.startsWith(word));
  const atWork = async (page, words) => page.locator('dl > div', { hasText: words.work }).locator('dd').first().innerText();

  for (const language of ['en', 'zh-CN']) {
    const words = WORDS[language];

    test(`back in time by pointer, played forward, and live again without a gap (${language})`, async () => {
      const { context, page, faults, sockets, ask, slider } = await entered(language, '#view=vehicles');
      const { from } = await journal(ask, 300 * SECOND);
      await says(slider, words.live);
      const box = await slider.boundingBox();
      const place = async (us) => {
        const [begin, end] = await Promise.all(['data-from', 'data-until'].map(async (name) => Number(await slider.getAttribute(name))));
        return box.x + ((us - begin) / (end - begin)) * box.width;
      };
      await page.mouse.move(await place(from + 240 * SECOND), box.y + box.height * 0.9);
      await page.mouse.down();
      await page.mouse.move(await place(from + 60 * SECOND), box.y + box.height * 0.9, { steps: 12 });
      await page.mouse.up();
      await says(slider, words.past);
      await page.getByText(words.past_, { exact: true }).first().waitFor();

      // What is shown is what the journal says of this instant.
      const at = moment(page);
      assert.ok(at > 0, page.url());
      const view = await ask(`api/v1/history/view?at=${at}`);
      const busy = view.vehicles.filter((row) => row.transport !== null).length;
      await until('the past picture', async () => (await atWork(page, words)) === `${busy} / ${view.vehicles.length}`);
      await shot(page, `past-${language}`);
      assert.deepEqual(await serious(page), []);

      // It plays at the speed that was chosen, through more than one stretch.
      await page.getByLabel(words.speed).selectOption('30');
      const begin = Number(await slider.getAttribute('aria-valuenow'));
      await page.getByRole('button', { name: words.play, exact: true }).click();
      await until('a minute has been played', async () => Number(await slider.getAttribute('aria-valuenow')) > begin + 60);
      await page.getByRole('button', { name: words.pause, exact: true }).click();
      const stands = moment(page);
      const there = await ask(`api/v1/history/view?at=${stands}`);
      const then = there.vehicles.filter((row) => row.transport !== null).length;
      await until('what was played is what was', async () => (await atWork(page, words)) === `${then} / ${there.vehicles.length}`);

      // Played up to now it is live again; the feed went on all the while.
      await page.getByLabel(words.speed).selectOption('60');
      await page.getByRole('button', { name: words.play, exact: true }).click();
      await says(slider, words.live);
      assert.equal(Number.isNaN(moment(page)), true, page.url());
      await until('the live picture', async () => {
        const now = await ask('api/v1/view');
        return (await atWork(page, words)) === `${now.vehicles.filter((row) => row.transport !== null).length} / ${now.vehicles.length}`;
      });
      assert.equal(sockets.length, 1);
      assert.equal(await page.evaluate(() => document.querySelector('.shell.past') === null), true);
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });

    test(`time lines, order chart and forecast have no serious fault (${language})`, async () => {
      const { context, page, faults, ask } = await entered(language, '#view=lines');
      await journal(ask, 60 * SECOND);
      // The first path of the forecast comes with its figures.
      await until('a first path', async () => (await ask('api/v1/forecast')).n > 0, 180_000);
      for (const view of ['lines', 'gantt', 'forecast']) {
        await page.evaluate((one) => (location.hash = `view=${one}`), view);
        await page.locator('main section').first().waitFor();
        await page.waitForTimeout(1_500);
        await shot(page, `${view}-${language}`);
        assert.deepEqual(await serious(page), []);
        const table = page.getByRole('button', { name: words.table, exact: true }).first();
        if (!(await table.count())) continue;
        await table.click();
        await shot(page, `${view}-table-${language}`);
        assert.deepEqual(await serious(page), []);
      }
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }

  test('keys: the beginning, steps, a date, and live; a link brings another page to the same moment', async () => {
    const { context, page, faults, ask, slider } = await entered('en', '#view=vehicles');
    const { from } = await journal(ask, 120 * SECOND);
    await slider.focus();
    await page.keyboard.press('Home');
    await says(slider, 'Past');
    assert.equal(moment(page), from);
    await page.keyboard.press('ArrowRight');
    const step = moment(page);
    assert.ok(step > from, String(step));
    await page.keyboard.press('PageUp');
    assert.ok(Math.abs(moment(page) - step - 10 * (step - from)) <= SECOND, `${from} ${step} ${moment(page)}`);
    await page.keyboard.press('ArrowLeft');
    const there = moment(page);
    const text = await slider.getAttribute('aria-valuetext');

    const other = await context.newPage();
    await other.goto(page.url());
    await until('the other page is there', async () => (await other.getByRole('slider').getAttribute('aria-valuetext')) === text);
    assert.equal(moment(other), there);
    await other.close();

    await page.getByRole('button', { name: 'Go to …' }).click();
    const field = page.locator('input[type=datetime-local]');
    const shown = await field.inputValue();
    await field.fill(shown.length === 16 ? `${shown}:00` : shown);
    await page.getByRole('button', { name: 'Go', exact: true }).click();
    assert.ok(Math.abs(moment(page) - there) <= 60 * SECOND, `${moment(page)} ${there}`);
    await page.keyboard.press('Escape');
    await slider.focus();
    await page.keyboard.press('End');
    await says(slider, 'Live');
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });

  test('the forecast shows ghosts of what is to come, says on what it rests, and offers no commands', async (it) => {
    const { context, page, faults, ask, slider } = await entered('en', '#view=plan&sel=vehicle:agv-7');
    const first = await ask('api/v1/forecast');
    if (first.code === 'forecast/none') return it.skip('this program does not look ahead');
    await until('a first path', async () => (await ask('api/v1/forecast')).n > 0, 180_000);
    const commands = page.locator('[data-act]');
    await commands.first().waitFor();
    await slider.focus();
    await page.keyboard.press('PageUp');
    await says(slider, 'Forecast');
    await page.getByText('FORECAST', { exact: true }).waitFor();
    assert.equal(await commands.count(), 0);
    const at = moment(page);
    const ghosts = await ask(`api/v1/forecast/view?at=${at}`);
    const busy = ghosts.vehicles.filter((row) => row.transport !== null).length;
    await until('the picture to come', async () => (await atWork(page, WORDS.en)) === `${busy} / ${ghosts.vehicles.length}`);
    await page.waitForTimeout(1_500);
    await shot(page, 'forecast-plan-en');
    assert.deepEqual(await serious(page), []);
    await page.getByRole('button', { name: 'Back to live' }).click();
    await says(slider, 'Live');
    await commands.first().waitFor();
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });
});
