// A date is asked for, reserved and made firm in a real browser against the real program: the plan's answer at once, the paths'
// afterwards, the order that comes of it, nothing of it for a viewer, and a promise at risk as an alarm one click from its order.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, open, serious, shot, until } from './browser.mjs';
import { enter, setUp } from './person.mjs';
import { withOrders } from './plant.mjs';

const WORDS = {
  en: { ask: 'Ask', quote: 'Quote', confirm: 'Confirm', yes: 'Yes, release', withdraw: 'Withdraw', held: 'one more would bring it', firm: 'confirmed', quoted: 'quoted', risk: 'at risk', of: 'of 20 paths', taken: 'has a promise already' },
  'zh-CN': { ask: '询问', quote: '报价', confirm: '确认', yes: '是，投放', withdraw: '撤回', held: '增加一台可提前', firm: '已确认', quoted: '已报价', risk: '有风险', of: '20 条路径中', taken: '已有有效或已完结的承诺' },
};

describe('promises', { skip: browserPath() ? false : 'no browser here' }, () => {
  let plant;
  let browser;
  let headers;

  /** A request of a program with the admin's session. */
  const asks = async (method, path, body) => {
    const answer = await fetch(`${plant.address}api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };

  before(async () => {
    plant = await withOrders();
    await setUp(plant);
    headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'chief', password: 'a long secret word' });
    const session = await fetch(`${plant.address}api/v1/session`, { method: 'POST', headers, body });
    headers.cookie = session.headers.get('set-cookie').split(';')[0];
    headers['x-csrf-token'] = (await session.json()).csrf;
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  for (const [language, reference] of [['en', 'SO-1'], ['zh-CN', 'SO-2']]) {
    test(`a date is promised, reserved and released (${language})`, async () => {
      const words = WORDS[language];
      const { context, page, faults } = await enter(browser, plant, language, '#view=promises');
      const form = page.locator('section form').first();
      const send = async (quantity) => {
        await form.locator('input[name=reference]').fill(reference);
        await form.locator('input[name=product]').fill('job');
        await form.locator('input[name=quantity]').fill(quantity);
        await form.getByRole('button', { name: words.ask }).click();
      };
      await send('40');
      const card = page.locator(`[data-promise="${reference}"]`);
      await card.getByText(words.held).waitFor();
      await until('its paths', async () => (await card.locator('dd').allTextContents()).some((text) => text.includes(words.of)));
      await card.getByRole('button', { name: words.quote }).click();
      await card.getByText(words.quoted).waitFor();
      assert.equal((await serious(page)).length, 0);
      await shot(page, `promise-${language}`);
      await card.getByRole('button', { name: words.confirm }).click();
      await card.getByRole('button', { name: words.yes }).click();
      await card.getByText(words.firm).waitFor();
      const orders = await asks('GET', 'orders');
      const order = orders.find((row) => row.reference === reference);
      assert.equal(order?.quantity, 40);
      await card.getByRole('button', { name: reference }).click();
      await until('its order is shown', async () => page.url().includes('order'));
      // The same number again is refused, in words.
      await send('1');
      await page.getByRole('alert').getByText(words.taken).waitFor();
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }

  test('whoever only looks on can ask and reserves nothing', async () => {
    const { context, page } = await open(browser, plant.guest);
    await page.getByRole('navigation').getByRole('button', { name: 'Promises' }).click();
    const card = page.locator('[data-promise="SO-1"]');
    await card.waitFor();
    assert.equal(await card.getByRole('button', { name: 'Withdraw' }).count(), 0);
    assert.equal(await page.locator('section form').getByRole('button', { name: 'Ask' }).count(), 1);
    await context.close();
  });

  test('what stands puts a promise at risk, and the alarm leads to its order', async () => {
    const { stations } = await asks('GET', 'view');
    await asks('POST', 'commands', { act: 'hold_station', station: 's', reason: 'belt', revision: stations[0].revision });
    const { context, page } = await enter(browser, plant, 'en', '#view=promises');
    // Any change makes the program look at all promises anew.
    await asks('POST', 'promises', { reference: 'X', product: 'job', quantity: '1' });
    await asks('POST', 'promises/X', { do: 'withdraw' });
    await page.locator('[data-promise="SO-1"]').getByText('at risk').waitFor({ timeout: 90_000 });
    await page.getByRole('navigation').getByRole('button', { name: /^Alarms/ }).click();
    const line = page.locator('tr').filter({ hasText: 'SO-1' }).filter({ hasText: 'will probably miss the' }).first();
    await line.waitFor();
    await shot(page, 'promise-at-risk');
    await line.getByText('SO-1', { exact: true }).first().click();
    await until('its order is shown', async () => decodeURIComponent(page.url()).includes('order:SO-1'));
    await context.close();
  });
});
