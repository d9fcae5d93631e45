// An engineer tries a change, in a real browser against the real program: something is broken and shown where it is,
// a charger is moved by hand and by key, both sides are simulated and compared, and the files on the disk change.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, open, serious, shot, until } from './browser.mjs';
import { demo, ownFolder } from './plant.mjs';

const PASSWORD = 'a long secret word';
const WORDS = {
  en: { model: 'Model', at: 'Metres along it', start: 'Simulate both', undo: 'Undo', save: 'Save …', choose: 'Station, charger or bay', compare: 'As it is and with the draft', take: 'Take into the draft' },
  'zh-CN': { model: '模型', at: '沿街道 [m]', start: '两者同时仿真', undo: '撤销', save: '保存 …', choose: '工位、充电桩或停靠位', compare: '现状与草稿对比', take: '纳入草稿' },
};

describe('the model view', { skip: browserPath() ? false : 'no browser here' }, () => {
  let plant;
  let browser;
  const file = (name) => readFile(join(plant.model, name), 'utf8');

  before(async () => {
    plant = await ownFolder();
    const json = { 'content-type': 'application/json' };
    const send = (path, body, headers = json) => fetch(`${plant.address}api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal((await send('setup', { token: plant.setUp, name: 'chief', password: PASSWORD })).status, 204);
    const session = await send('session', { name: 'chief', password: PASSWORD });
    const own = { ...json, cookie: session.headers.get('set-cookie').split(';')[0], 'x-csrf-token': (await session.json()).csrf };
    for (const role of ['supervisor', 'engineer']) assert.ok((await send('users', { name: role, password: PASSWORD, role }, own)).ok);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  const enter = async (page, name) => {
    await page.locator('input[autocomplete=username]').fill(name);
    await page.locator('input[type=password]').fill(PASSWORD);
    await page.locator('form button.main').click();
    await page.getByRole('navigation').waitFor();
  };
  const spot = (page, id) => page.evaluate((name) => window.fenheModel?.at(name), id);
  const good = (page) => page.locator('[data-good=true]').waitFor();
  const ready = async (page) => {
    await good(page);
    await page.waitForFunction(() => window.fenheModel?.ready);
  };
  const choose = async (page, words, name) => {
    await page.getByLabel(words.choose).fill(name);
    await page.getByLabel(words.choose).press('Enter');
  };

  for (const [language, charger, metres, tool] of [['en', 'charger-3', 105, 'L1-laser'], ['zh-CN', 'charger-13', 107, 'L2-boron-b']]) {
    const words = WORDS[language];

    test(`what is broken is shown where it is, and undone (${language})`, async () => {
      const { context, page, faults } = await open(browser, plant.address, { language });
      await enter(page, 'engineer');
      await page.getByRole('navigation').getByRole('button', { name: words.model, exact: true }).click();
      await ready(page);
      assert.deepEqual(await serious(page), []);
      await shot(page, `model-${language}`);

      await choose(page, words, charger);
      await page.getByLabel(words.at).fill('397');
      await page.getByLabel(words.at).press('Tab');
      await page.locator('[data-good=false]').waitFor();
      const mark = page.locator('[data-problem="layout/bay-outside"]');
      // The list leads to its place, where the mark is.
      await page.locator('[data-code="layout/bay-outside"]').click();
      await mark.waitFor();
      await mark.click();
      await page.getByRole('dialog').waitFor();
      await shot(page, `model-broken-${language}`);
      assert.deepEqual(await serious(page), []);
      await page.getByRole('button', { name: words.undo, exact: true }).click();
      await good(page);
      await mark.waitFor({ state: 'detached' });

      // Broken on the disk by somebody else: seen without a word from this page.
      const before = await file('plant.toml');
      await writeFile(join(plant.model, 'plant.toml'), before.replace('node = "charger-1"', 'node = "charger-x"'));
      try {
        await page.locator('[data-code="name/unknown"]').first().waitFor();
        await page.getByRole('application').press('0');
        await page.locator('[data-problem="name/unknown"]').first().waitFor();
      } finally {
        await writeFile(join(plant.model, 'plant.toml'), before);
      }
      await good(page);
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });

    test(`a charger is moved, compared and saved (${language})`, async () => {
      const { context, page, faults } = await open(browser, `${plant.address}#view=model`, { language });
      await enter(page, 'engineer');
      await ready(page);
      await choose(page, words, charger);
      const handle = page.locator('.handle');
      await handle.waitFor();
      const from = await spot(page, charger);
      // By keys: half a metre a step.
      await handle.focus();
      await page.keyboard.press('ArrowRight');
      await until('a step', async () => (await spot(page, charger)).x === from.x + 500);
      // By pointer: as far as it is dragged, on the street.
      await page.waitForFunction(() => window.fenheModel?.ready);
      const box = await handle.boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 4, { steps: 4 });
      await page.mouse.up();
      await until('dragged', async () => (await spot(page, charger)).x > from.x + 1_500);
      const dragged = await spot(page, charger);
      assert.equal(dragged.y, from.y, 'it stays on a street');
      // By number.
      await page.getByLabel(words.at).fill(String(metres));
      await page.getByLabel(words.at).press('Tab');
      await until('by number', async () => (await spot(page, charger)).x === metres * 1_000);
      await good(page);
      await shot(page, `model-moved-${language}`);

      // A station takes its docks along.
      const docks = ['in', 'out'].map((port) => `${tool}.${port}`);
      const stood = await Promise.all(docks.map((id) => spot(page, id)));
      await choose(page, words, tool);
      await page.locator('input[name=east]').fill('2');
      await page.locator('form.fields button').click();
      for (const [index, id] of docks.entries()) await until(`${id} is moved`, async () => (await spot(page, id)).x === stood[index].x + 2_000);
      await good(page);

      await page.locator('input[name=hours]').fill('0.5');
      await page.locator('input[name=warmUp]').fill('0.25');
      await page.locator('input[name=pairs]').fill('3');
      await page.getByRole('button', { name: words.start }).click();
      await page.locator('[data-simulation=running]').waitFor();
      await page.locator('[data-simulation=done]').waitFor();
      const row = page.locator('[data-figure="plant transports_per_hour"]');
      await row.waitFor();
      assert.match(await row.innerText(), /±/);
      const differences = await page.locator('[data-figure] td:nth-child(4)').allInnerTexts();
      assert.ok(differences.some((text) => /[1-9]/.test(text)), 'the draft drives other ways');
      assert.ok((await page.locator('[data-figure^="fleet"]').count()) >= 7);
      await shot(page, `model-compared-${language}`);
      assert.deepEqual(await serious(page), []);

      const before = await file('layout.toml');
      await page.getByRole('button', { name: words.save, exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('[data-step=next]').click();
      assert.equal(await file('layout.toml'), before, 'nothing is written before the second look');
      await shot(page, `model-save-${language}`);
      assert.deepEqual(await serious(page), []);
      await dialog.locator('[data-step=confirm]').click();
      await dialog.getByRole('status').getByText('tracks.lif.json').waitFor();
      const now = await file('layout.toml');
      assert.ok(now.includes(`ids = ["${charger}"]`) && now.includes(`at = "${metres} m"`), now);
      assert.match(await file('tracks.lif.json'), new RegExp(`"nodeId":"${charger}","nodePosition":\\{"x":${metres}.0,`));
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }

  test('a text is changed by hand, told, and undone', async () => {
    const { context, page, faults } = await open(browser, `${plant.address}#view=model`);
    await enter(page, 'engineer');
    await ready(page);
    await page.locator('select[name=file]').selectOption('plant.toml');
    const field = page.locator('textarea');
    await until('the text', async () => (await field.inputValue()).includes('[plant]'));
    await field.fill((await field.inputValue()).replace('takt_target = "2 s"', 'takt_target = "2 furlong"'));
    await page.getByRole('button', { name: WORDS.en.take }).click();
    await page.locator('[data-code="unit/wrong"]').waitFor();
    await shot(page, 'model-text-en');
    assert.deepEqual(await serious(page), []);
    await page.getByRole('button', { name: WORDS.en.undo, exact: true }).click();
    await good(page);
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });

  test('the plant in the program is saved as a new folder', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'fenhe-demo-'));
    const shown = await demo({ cwd });
    try {
      const { context, page, faults } = await open(browser, shown.guest);
      await page.getByRole('navigation').getByRole('button', { name: WORDS.en.model, exact: true }).click();
      await ready(page);
      await choose(page, WORDS.en, 'charger-1');
      await page.getByLabel(WORDS.en.at).fill('42');
      await page.getByLabel(WORDS.en.at).press('Tab');
      await until('moved', async () => (await spot(page, 'charger-1')).x === 42_000);
      await good(page);
      await page.getByRole('button', { name: WORDS.en.save, exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[name=folder]').fill('a/b');
      await dialog.locator('[data-step=next]').click();
      await dialog.locator('[data-step=confirm]').click();
      await dialog.getByRole('alert').waitFor();
      await shot(page, 'model-refused-en');
      await dialog.locator('input[name=folder]').fill('tried');
      await dialog.locator('[data-step=next]').click();
      await dialog.locator('[data-step=confirm]').click();
      await dialog.getByRole('status').getByText('layout.toml').waitFor();
      assert.ok((await readFile(join(cwd, 'tried', 'layout.toml'), 'utf8')).includes('at = "42 m"'));
      assert.ok((await readFile(join(cwd, 'tried', 'orders.csv'), 'utf8')).includes('SO-4711'));
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    } finally {
      await shown.stop();
      await rm(cwd, { recursive: true, force: true });
    }
  });

  test('a supervisor has no such page', async () => {
    const { context, page } = await open(browser, `${plant.address}#view=model`);
    await enter(page, 'supervisor');
    await page.getByRole('application').waitFor();
    assert.equal(await page.getByRole('navigation').getByRole('button', { name: WORDS.en.model, exact: true }).count(), 0);
    await context.close();
  });
});
