// What people do in the control centre, in a real browser against the real program: from an alarm to its place,
// acknowledge, shelve, hold with a second look, an access window with its price, and nothing of it for a viewer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { allFaults, browserPath, launch, open, serious, shot, until } from './browser.mjs';
import { withZones } from './plant.mjs';

const PASSWORD = 'a long secret word';
const WORDS = {
  en: {
    alarms: 'Alarms', overview: 'Overview', acknowledge: 'Acknowledge', shelve: 'Shelve …', shelved: 'Shelved', acknowledged: 'acknowledged', hold: 'Hold …', next: 'Continue',
    reason: 'Reason, for the audit', confirm: /^Confirm/, done: 'Done', resume: 'Resume …', request: 'Request access window …', withdraw: 'Withdraw request …',
    lock: 'The interlock does not permit entry', price: 'Price', commands: 'Commands', clear: 'clear', closed: 'closed', nobody: 'No alarm here.', audit: 'Audit', areas: 'Lines and zones',
  },
  'zh-CN': {
    alarms: '报警', overview: '总览', acknowledge: '确认', shelve: '搁置 …', shelved: '已搁置', acknowledged: '已确认', hold: '停住 …', next: '继续',
    reason: '原因（写入审计）', confirm: /确认执行/, done: '已执行', resume: '恢复 …', request: '申请进入窗口 …', withdraw: '撤回申请 …',
    lock: '联锁不许可进入', price: '代价', commands: '操作', clear: '已清空', closed: '关闭', nobody: '此处没有报警。', audit: '审计', areas: '产线与区域',
  },
};

describe('acting', { skip: browserPath() ? false : 'no browser here' }, () => {
  let plant;
  let browser;

  /** A request of a program with the admin's session. */
  const request = (method, path, body) => {
    const headers = { 'content-type': 'application/json', cookie: plant.cookie, 'x-csrf-token': plant.csrf };
    return fetch(`${plant.address}api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
  };
  const asks = async (method, path, body) => {
    const answer = await request(method, path, body);
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  /** Nobody is at the other end of this vehicle's link any more: an alarm that somebody has to look after. */
  const lose = async (name) => {
    // Whoever has something to do is not switched: once it rests.
    await until(`${name} rests`, async () => {
      const { revision } = await asks('GET', `vehicles/${name}`);
      const answer = await request('POST', 'commands', { act: 'set_mode', device: name, mode: 'real', revision });
      assert.ok(answer.ok || answer.status === 409, `${name}: ${answer.status}`);
      return answer.ok;
    });
    await until(`${name} is missed`, async () => (await asks('GET', 'alarms')).some((row) => row.object === `vehicle ${name}` && row.code === 'link_lost'));
  };
  const vehicle = (name) => asks('GET', `vehicles/${name}`);
  const zone = async (name) => (await asks('GET', 'access')).find((row) => row.zone === name);
  /** Enters as somebody with a role. */
  const enter = async (page, name) => {
    await page.locator('input[autocomplete=username]').fill(name);
    await page.locator('input[type=password]').fill(PASSWORD);
    await page.locator('form button.main').click();
    await page.getByRole('navigation').waitFor();
  };

  before(async () => {
    plant = await withZones();
    const json = { 'content-type': 'application/json' };
    const setUp = await fetch(`${plant.address}api/v1/setup`, { method: 'POST', headers: json, body: JSON.stringify({ token: plant.setUp, name: 'chief', password: PASSWORD }) });
    assert.equal(setUp.status, 204);
    const session = await fetch(`${plant.address}api/v1/session`, { method: 'POST', headers: json, body: JSON.stringify({ name: 'chief', password: PASSWORD }) });
    plant.cookie = session.headers.get('set-cookie').split(';')[0];
    plant.csrf = (await session.json()).csrf;
    for (const role of ['viewer', 'operator', 'supervisor']) await asks('POST', 'users', { name: role, password: PASSWORD, role });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  for (const [language, lost, other, held] of [['en', 'agv-100', 'agv-99', 'agv-103'], ['zh-CN', 'agv-96', 'agv-95', 'agv-104']]) {
    const words = WORDS[language];

    test(`from an alarm to its place in two clicks, acknowledged and shelved (${language})`, async () => {
      await lose(lost);
      await lose(other);
      const { context, page, faults } = await open(browser, plant.address, { language });
      await enter(page, 'supervisor');
      const rows = page.locator('tr[data-alarm]');
      await page.getByRole('banner').getByRole('button', { name: new RegExp(words.alarms) }).click();
      await rows.filter({ hasText: lost }).waitFor();
      assert.deepEqual(await serious(page), []);
      await shot(page, `alarms-${language}`);

      await rows.filter({ hasText: lost }).getByRole('button', { name: words.acknowledge, exact: true }).click();
      await page.getByRole('status').getByText(words.done).waitFor();
      await until('it is acknowledged', async () => (await asks('GET', 'alarms')).some((row) => row.object === `vehicle ${lost}` && row.state === 'acknowledged'));
      await rows.filter({ hasText: lost }).getByText(words.acknowledged, { exact: true }).waitFor();

      await rows.filter({ hasText: other }).getByRole('button', { name: words.shelve }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('select[name=why]').selectOption('waiting_for_part');
      await dialog.locator('select[name=shelfTime]').selectOption('14400');
      await shot(page, `shelve-${language}`);
      assert.deepEqual(await serious(page), []);
      await dialog.locator('button.main').click();
      await rows.filter({ hasText: other }).waitFor({ state: 'detached' });
      const shelved = (await asks('GET', 'alarms')).find((row) => row.object === `vehicle ${other}`);
      assert.deepEqual([shelved.state, shelved.shelved_why], ['shelved', 'waiting_for_part']);
      await page.getByRole('button', { name: new RegExp(`^${words.shelved}`) }).click();
      await rows.filter({ hasText: other }).waitFor();

      // One click on the overview, one on the alarm's place.
      await page.getByRole('navigation').getByRole('button', { name: words.overview }).click();
      assert.deepEqual(await serious(page), []);
      await shot(page, `overview-${language}`);
      await page.locator('button.place').first().click();
      assert.match(page.url(), /view=plan&sel=vehicle:agv-\d+/);
      await until('the plan shows it', async () => page.evaluate(() => {
        const name = decodeURIComponent(location.hash).match(/sel=vehicle:([^&]+)/)?.[1];
        const [at, place] = [window.fenhe?.where('vehicle', name), window.fenhe?.place()];
        return Boolean(at && place && Math.hypot(at.x - place.x, at.y - place.y) < place.across / 2);
      }));
      await shot(page, `place-${language}`);
      assert.deepEqual(await allFaults(page, faults), []);
      await context.close();
    });

    test(`a vehicle is held and resumed, each with a second look (${language})`, async () => {
      const { context, page, faults } = await open(browser, `${plant.address}#view=vehicles&sel=vehicle:${held}`, { language });
      await enter(page, 'supervisor');
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: words.hold }).click();
      await dialog.getByLabel(words.reason).fill('wheel');
      await dialog.getByRole('button', { name: words.next }).click();
      assert.equal((await vehicle(held)).by_word, false, 'nothing is done before the second look');
      await dialog.getByText(words.price, { exact: true }).waitFor();
      await shot(page, `hold-${language}`);
      assert.deepEqual(await serious(page), []);
      await dialog.getByRole('button', { name: words.confirm }).click();
      await dialog.waitFor({ state: 'hidden' });
      await until('it is held', async () => (await vehicle(held)).by_word);
      await page.getByRole('button', { name: words.resume }).click();
      await dialog.getByRole('button', { name: words.confirm }).click();
      await until('it works again', async () => !(await vehicle(held)).by_word);
      assert.deepEqual((await allFaults(page, faults)).filter((one) => !/status of 404/.test(one)), []);
      await context.close();
    });

    test(`an access window is requested with its price and withdrawn; the interlock is always there (${language})`, async () => {
      const { context, page, faults } = await open(browser, `${plant.address}#view=areas&sel=area:south-door`, { language });
      await enter(page, 'operator');
      const dialog = page.getByRole('dialog');
      const side = page.getByRole('complementary');
      await side.getByText(words.lock).waitFor();
      await page.getByRole('button', { name: words.request }).click();
      await dialog.getByText(words.lock).waitFor();
      await dialog.getByLabel(words.reason).fill('belt');
      await dialog.getByRole('button', { name: words.next }).click();
      await dialog.getByText(words.price, { exact: true }).waitFor();
      await dialog.getByText(words.lock).waitFor();
      await shot(page, `access-price-${language}`);
      await dialog.getByRole('button', { name: words.confirm }).click();
      await until('the zone is clear', async () => (await zone('south-door')).state === 'clear');
      await side.getByText(words.clear, { exact: true }).first().waitFor();
      await shot(page, `access-clear-${language}`);
      assert.deepEqual(await serious(page), []);
      await page.getByRole('button', { name: words.withdraw }).click();
      await dialog.getByRole('button', { name: words.confirm }).click();
      await until('nobody wants to enter', async () => (await zone('south-door')).state === 'closed');
      await page.getByRole('button', { name: words.request }).waitFor();
      assert.deepEqual((await allFaults(page, faults)).filter((one) => !/status of 404/.test(one)), []);
      await context.close();
    });
  }

  test('what has changed meanwhile is looked at again before it is done', async () => {
    const { context, page } = await open(browser, `${plant.address}#view=vehicles&sel=vehicle:agv-98`);
    await enter(page, 'supervisor');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: WORDS.en.hold }).click();
    await dialog.getByLabel(WORDS.en.reason).fill('wheel');
    await dialog.getByRole('button', { name: WORDS.en.next }).click();
    const { revision } = await vehicle('agv-98');
    await asks('POST', 'commands', { act: 'hold_vehicle', vehicle: 'agv-98', reason: 'somebody else', revision });
    await dialog.getByText('It has changed while you were looking.').waitFor();
    await shot(page, 'changed-en');
    await dialog.getByRole('button', { name: WORDS.en.confirm }).click();
    await dialog.getByText('Nothing was done. Look again and decide again.').waitFor();
    await shot(page, 'stale-en');
    assert.deepEqual(await serious(page), []);
    await dialog.getByRole('button', { name: 'Look again' }).click();
    await dialog.getByRole('button', { name: WORDS.en.next }).waitFor();
    await context.close();
  });

  test('a viewer sees the same plant and no commands; the audit is for those who may', async () => {
    const { context, page, faults } = await open(browser, `${plant.address}#view=vehicles&sel=vehicle:agv-101`);
    await enter(page, 'viewer');
    await page.getByRole('heading', { name: 'agv-101' }).waitFor();
    assert.equal(await page.locator('[data-act]').count(), 0);
    assert.equal(await page.getByRole('navigation').getByRole('button', { name: WORDS.en.audit }).count(), 0);
    await page.getByRole('navigation').getByRole('button', { name: WORDS.en.alarms }).click();
    await page.getByRole('heading', { name: 'Alarms' }).waitFor();
    assert.equal(await page.locator('[data-act]').count(), 0);
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });

  test('the supervisor finds in the audit who did what', async () => {
    const { context, page } = await open(browser, `${plant.address}#view=audit`);
    await enter(page, 'supervisor');
    await page.getByRole('cell', { name: /hold_vehicle/ }).first().waitFor();
    await page.getByRole('cell', { name: /request_access/ }).first().waitFor();
    await shot(page, 'audit-en');
    assert.deepEqual(await serious(page), []);
    await context.close();
  });

  test('the OEE of a station opens its terms', async () => {
    const { context, page, faults } = await open(browser, `${plant.address}#view=stations&sel=station:L1-laser.heads`);
    await enter(page, 'viewer');
    await page.getByText('OEE (ISO 22400-2)').click();
    await page.getByRole('cell', { name: 'A = APT / PBT' }).waitFor();
    await page.getByRole('cell', { name: 'Planned busy time PBT' }).waitFor();
    await shot(page, 'oee-en');
    assert.deepEqual(await serious(page), []);
    assert.deepEqual(await allFaults(page, faults), []);
    await context.close();
  });

  test('the wall has no commands', async () => {
    const { context, page, faults } = await open(browser, plant.address, { language: 'zh-CN', size: { width: 1920, height: 1080 } });
    await enter(page, 'supervisor');
    await page.getByRole('button', { name: '大屏' }).click();
    await page.getByRole('region', { name: WORDS['zh-CN'].overview }).waitFor();
    assert.equal(await page.locator('[data-act]').count(), 0);
    await page.waitForTimeout(2_000);
    await shot(page, 'wall-zh-CN');
    assert.deepEqual(await serious(page), []);
    assert.deepEqual((await allFaults(page, faults)).filter((one) => !/status of 404/.test(one)), []);
    await context.close();
  });
});
