// Where the pieces of a carrier came from and where they went, in a real browser against the real program.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, serious, shot, until } from './browser.mjs';
import { withLots } from './plant.mjs';
import { enter, setUp } from './person.mjs';

const WORDS = {
  en: { back: 'Where from', forth: 'Where to', way: 'Its way', emptied: 'emptied at', source: 'Comes from the source', sink: 'Goes to', here: 'Lots here' },
  'zh-CN': { back: '从哪里来', forth: '到哪里去', way: '经过', emptied: '卸空于', source: '来自入口', sink: '去往', here: '此处的批次' },
};

describe('lots', { skip: browserPath() ? false : 'no browser here' }, () => {
  let plant;
  let browser;
  before(async () => {
    plant = await withLots();
    browser = await launch();
    await setUp(plant);
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  for (const language of ['en', 'zh-CN']) {
    const words = WORDS[language];

    test(`from a port to a lot, back to the source and forth to the sink (${language})`, async () => {
      const { context, page, faults, ask } = await enter(browser, plant, language, '#view=plan&sel=buffer:press.in');
      // A box stands at the press, and the page lists it.
      const link = page.locator('table.lots button').first();
      await link.waitFor();
      await page.getByRole('heading', { name: words.here }).waitFor();
      await link.click();
      await page.getByRole('heading', { name: words.back }).waitFor();
      const id = decodeURIComponent(new URL(page.url()).hash.match(/sel=lot:([^&]+)/)?.[1] ?? '');
      // The page says what the API says: from the saw and its source, and in time through the press to the printer.
      const whole = await until('the press has filled trays from it', async () => {
        const trace = await ask(`api/v1/lots/${id}`);
        return trace.lot.emptied !== null && trace.forth.length > 1 && trace.forth[1].ends.length > 0 ? trace : null;
      }, 120_000);
      assert.deepEqual(whole.back[0].ends, ['in']);
      assert.deepEqual(whole.forth[1].ends, ['out']);
      await page.getByText(`${words.source} in`).waitFor();
      await page.getByText(`${words.sink} out`).waitFor();
      await page.locator('table.steps tr', { hasText: words.emptied }).waitFor();
      const shown = await page.locator('section.forth').first().locator('li').count();
      assert.equal(shown, whole.forth[0].lots.length);
      await shot(page, `lot-${language}`);
      assert.deepEqual(await serious(page), []);
      // On to a tray, whose parents hold this box.
      await page.locator('section.forth').first().locator('li button').first().click();
      await until('the tray', async () => !page.url().includes(encodeURIComponent(id)) && page.url().includes('sel=lot:'));
      await page.locator('section.back').first().locator('li').first().waitFor();
      const tray = decodeURIComponent(new URL(page.url()).hash.match(/sel=lot:([^&]+)/)?.[1] ?? '');
      const its = await ask(`api/v1/lots/${tray}`);
      assert.ok(its.back[0].lots.some((kin) => kin.lot.id === id), JSON.stringify(its.back[0]));
      // The vehicle of a step is one click away.
      await page.locator('table.steps button', { hasText: 'agv' }).first().click();
      await until('the vehicle', async () => page.url().includes('sel=vehicle:'));
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }
});
