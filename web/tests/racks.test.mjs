// The automated store of the strip plant in a real browser against the real program: faces with their slots, the crane, a coil found by
// its mark, and a stock-take that is asked twice and shows in the books.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, serious, shot } from './browser.mjs';
import { enter, setUp } from './person.mjs';
import { strip } from './plant.mjs';

const WORDS = {
  en: { title: 'Racks', find: 'Find a slot', nothing: 'nothing stands there', missing: 'Not where the books had them', act: 'Stock-take', carriers: 'Carriers', next: 'Continue', confirm: /^Confirm/ },
  'zh-CN': { title: '立体库', find: '查找货位', nothing: '空货位', missing: '账实不符', act: '盘点', carriers: '载具数', next: '继续', confirm: /确认执行/ },
};

describe('racks', { skip: browserPath() ? false : 'no browser here' }, () => {
  let plant;
  let browser;

  before(async () => {
    plant = await strip();
    await setUp(plant);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  for (const language of ['en', 'zh-CN']) {
    test(`a coil is found and its slot counted (${language})`, async () => {
      const words = WORDS[language];
      const { context, page, faults } = await enter(browser, plant, language, '#view=plan');
      await page.getByRole('button', { name: words.title, exact: true }).click();
      await page.getByRole('columnheader', { name: words.carriers }).first().waitFor();
      const full = page.locator('svg rect.full').first();
      await full.waitFor();
      assert.equal(await page.locator('svg[role=group]').count(), 4, 'two faces of two aisles');
      assert.equal(await page.locator('svg[role=group] rect[role=button]').count(), 336);
      const told = await full.getAttribute('aria-label');
      const [, slot] = told.match(/^(\S+?)[:：]/);
      await page.getByPlaceholder(words.find).fill(slot);
      await page.locator('svg rect.found').first().waitFor();
      await full.click();
      const card = page.locator(`aside[aria-label="${slot}"]`);
      await card.waitFor();
      assert.equal((await serious(page)).length, 0);
      await shot(page, `racks-${language}`);
      await card.getByRole('button', { name: words.act }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('select[name=stands]').selectOption('nothing');
      await dialog.getByRole('button', { name: words.next }).click();
      await dialog.getByRole('button', { name: words.confirm }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.getByText(words.missing).waitFor();
      await card.getByText(words.nothing).waitFor();
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }
});
