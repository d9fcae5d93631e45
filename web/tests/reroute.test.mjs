// An access window in a real browser: vehicles leave the zone, the others go round it while work goes on, and come back after.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, open, shot, until } from './browser.mjs';
import { demo } from './plant.mjs';

const WORDS = {
  en: { request: 'Request access window …', withdraw: 'Withdraw request …', reason: 'Reason, for the audit', next: 'Continue', confirm: /^Confirm/, clear: 'clear' },
  'zh-CN': { request: '申请进入窗口 …', withdraw: '撤回申请 …', reason: '原因（写入审计）', next: '继续', confirm: /确认执行/, clear: '已清空' },
};
/** The zone `aisle-2-middle` of the demonstration, both lanes of an aisle [m]; a vehicle is in it with its middle. */
const ZONE = { left: 193, right: 204, low: 21, high: 25 };
const VEHICLES = 104;
/** So long it is looked at what drives where [ms]. */
const LOOK = 20_000;

describe('an access window', { skip: browserPath() ? false : 'no browser here' }, () => {
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

  /** Which vehicles the page draws within the zone during a while. */
  const inside = (page) =>
    page.evaluate(async ([zone, count, span]) => {
      const seen = new Set();
      const end = performance.now() + span;
      while (performance.now() < end) {
        await new Promise((done) => setTimeout(done, 100));
        for (let i = 1; i <= count; i++) {
          const at = window.fenhe.where('vehicle', `agv-${i}`);
          if (at && at.x > zone.left && at.x < zone.right && at.y > zone.low && at.y < zone.high) seen.add(i);
        }
      }
      return seen.size;
    }, [ZONE, VEHICLES, LOOK]);

  for (const language of ['en', 'zh-CN']) {
    const words = WORDS[language];
    test(`the zone empties, the others go round it, and come back (${language})`, async () => {
      const { context, page, faults } = await open(browser, plant.guest, { language });
      await until('the plan is drawn', () => page.evaluate(() => Boolean(window.fenhe?.where('vehicle', 'agv-1'))));
      const token = plant.guest.match(/#(fht_\w+)/)[1];
      const ask = async (path) => (await fetch(`${plant.address}api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
      await until('somebody drives through the zone', async () => (await inside(page)) > 0, 180_000);

      await page.evaluate(() => (location.hash = 'view=plan&sel=area:aisle-2-middle'));
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: words.request }).click();
      await dialog.getByLabel(words.reason).fill('belt');
      await dialog.getByRole('button', { name: words.next }).click();
      await dialog.getByRole('button', { name: words.confirm }).click();
      await page.getByRole('complementary').getByText(words.clear, { exact: true }).first().waitFor();
      const before = new Set((await ask('view')).transports.map((one) => one.id));
      // What is drawn follows what is known by a moment.
      await page.waitForTimeout(1_000);
      assert.equal(await inside(page), 0, 'something drives in the closed zone');
      await shot(page, `access-round-${language}`);
      const now = (await ask('view')).transports;
      assert.ok(now.filter((one) => !before.has(one.id)).length > 20, 'work does not go on');

      await page.getByRole('button', { name: words.withdraw }).click();
      await dialog.getByRole('button', { name: words.confirm }).click();
      await page.getByRole('button', { name: words.request }).waitFor();
      await until('somebody drives through it again', async () => (await inside(page)) > 0, 180_000);
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });
  }
});
