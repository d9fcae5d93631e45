// The first admin of a plant: made with the token that the program prints, logged in on a page of its own.
import assert from 'node:assert/strict';
import { open } from './browser.mjs';

const CHIEF = { name: 'chief', password: 'a long secret word' };

/** Makes the first admin. */
export async function setUp(plant) {
  const made = await fetch(`${plant.address}api/v1/setup`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token: plant.setUp, ...CHIEF }),
  });
  assert.ok(made.ok, await made.text());
}

/** A page of the admin, on this view; `ask` reads from the API as the page would. */
export async function enter(browser, plant, language, hash = '', prepare = async () => {}) {
  const opened = await open(browser, `${plant.address}${hash}`, { language, prepare });
  const { page } = opened;
  await page.locator('input[autocomplete=username]').fill(CHIEF.name);
  await page.locator('input[type=password]').fill(CHIEF.password);
  await page.locator('form button.main').click();
  const ask = (path) => page.evaluate(async (one) => (await fetch(one)).json(), path);
  return { ...opened, ask };
}

/** Until it is known how far the past reaches, a place on the bar is no instant. */
export async function timeBar(page) {
  await page.locator('[role=slider][aria-busy=false]').waitFor();
  return page.getByRole('slider');
}
