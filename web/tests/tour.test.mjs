// The demonstration opens on a plant at work, with one alarm and one order at risk waiting, and leads around.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, open, serious, shot, until } from './browser.mjs';
import { demo } from './plant.mjs';

const STEPS = ['plant', 'alarm', 'place', 'order', 'time', 'act', 'end'];

describe('the demonstration', { skip: browserPath() ? false : 'no browser here' }, () => {
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

  test('what it opens on: lines that run, an alarm, an order at risk', async () => {
    const token = plant.guest.match(/#(fht_\w+)/)[1];
    const ask = async (path) => (await fetch(`${plant.address}api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
    const view = await ask('view');
    const waiting = view.alarms.filter((alarm) => alarm.state === 'unacknowledged' || alarm.state === 'returned');
    assert.ok(waiting.length >= 1, JSON.stringify(view.alarms));
    // Stations show that they work a moment after the picture begins.
    await until('stations work', async () => (await ask('view')).stations.filter((one) => one.state === 'execute').length > 100);
    assert.ok(view.vehicles.filter((one) => one.transport !== null).length > 50);
    assert.ok(view.orders.some((order) => order.done > 1_000));
    const forecast = await until('ten futures', async () => {
      const now = await ask('forecast');
      return now.n >= 10 ? now : null;
    }, 240_000);
    const risky = forecast.orders.filter((order) => order.at_risk);
    assert.equal(risky.length, 1, JSON.stringify(forecast.orders));
  });

  for (const language of ['en', 'zh-CN']) {
    test(`the tour leads to the alarm, its place, the orders, time and commands (${language})`, async () => {
      const { context, page, faults } = await open(browser, plant.guest.replace('/#', '/?tour#'), { language });
      const next = page.locator('[data-tour=next]');
      await next.waitFor();
      assert.doesNotMatch(page.url(), /tour|fht_/);
      for (const step of STEPS) {
        await page.waitForTimeout(800);
        await shot(page, `tour-${step}-${language}`);
        assert.deepEqual(await serious(page), []);
        if (step === 'alarm') assert.match(page.url(), /view=alarms&sel=alarm/);
        if (step === 'place') assert.match(page.url(), /view=plan&sel=(station|vehicle|area|alarm)/);
        if (step === 'act') await page.locator('[data-act]').first().waitFor();
        await next.click();
      }
      await next.waitFor({ state: 'detached' });
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }
});
