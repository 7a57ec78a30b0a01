/** Pages whose data does not come, or comes late: what is said, how it goes on, and that nothing jumps. */
import { ListPage } from '../pages/list.ts';
import { Report } from '../pages/report.ts';
import { failingFor } from '../support/database.ts';
import { Gate } from '../support/gate.ts';
import { create, newLink } from '../support/make.ts';
import { newPerson, reader } from '../support/command.ts';
import { expectReadable } from '../support/readable.ts';
import { type APIRequestContext, type Page, expect, test } from '../support/test.ts';
import { type Login, unique } from '../support/world.ts';
import { watchShifts } from '../support/shifts.ts';

test.describe.configure({ mode: 'parallel' });

/** The browser's and the fixture's notes of the failures that are made here. */
const MEANT = { tolerate: /status of 50\d|: 50\d$|ERR_FAILED/ };
const WELL = { name: 'Try again' };

const failure = (page: Page) => page.locator('main').getByRole('alert');
const requestId = async (page: Page): Promise<string> => (await failure(page).locator('code').innerText()).trim();

/** An affiliate with one link, and somebody who works for it. */
async function affiliate(admin: APIRequestContext): Promise<{ id: string; code: string; login: Login }> {
  const id = await create(admin, 'affiliate', { name: unique('Unlucky Media'), status: 'active' });
  const { code } = await newLink(admin, '', id);
  return { id, code, login: await newPerson('affiliate', unique('Unlucky'), id) };
}

for (const scripts of [true, false]) {
  test(`a page that the server cannot fill says so, and comes when it is asked again${scripts ? '' : ', without JavaScript'}`, async ({ visit, api }) => {
    const who = await affiliate(await api('admin'));
    const list = new ListPage(await visit(who.login, { ...MEANT, javaScriptEnabled: scripts }), scripts);
    const { page } = list;
    await failingFor(who.id, 'links', async () => {
      expect(await list.open('/affiliate/links?sort=-created')).toBe(500);
      await expect(list.heading).toHaveText('My links');
      await expect(failure(page)).toContainText('This could not be loaded');
      const first = await requestId(page);
      expect(first).toMatch(/^[\w-]{8,}$/);
      await expect(list.place('Conversions')).toBeVisible();
      if (scripts) await expectReadable(page, 'a page that could not be loaded');
      // Asked again too early it is the same, under another number.
      await failure(page).getByRole('link', WELL).click();
      await expect.poll(() => requestId(page)).not.toBe(first);
    });
    await failure(page).getByRole('link', WELL).click();
    await expect(list.rows).toHaveCount(1);
    await expect(list.rows).toContainText(`/c/${who.code}`);
    await expect(page).toHaveURL(/sort=-created$/);
    await expect(failure(page)).toHaveCount(0);
  });
}

test('so does one that is reached by a click, which then comes without a page load', async ({ visit, api }) => {
  const who = await affiliate(await api('admin'));
  const list = new ListPage(await visit(who.login, MEANT));
  const { page } = list;
  await list.open('/affiliate/notifications');
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await failingFor(who.id, 'links', async () => {
    await list.place('My links').click();
    await expect(failure(page)).toContainText('This could not be loaded');
    expect(await requestId(page)).toMatch(/^[\w-]{8,}$/);
    await expect(page.locator('nav [aria-current=page]')).toHaveText('My links');
  });
  await failure(page).getByRole('link', WELL).click();
  await expect(list.rows).toHaveCount(1);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

for (const [place, address, call] of [
  ['Overview', '/admin', '**/fn/admin_overview'],
  ['Links', '/admin/links', '**/fn/list'],
] as const) {
  test(`an answer that is none is not blamed on the reader: ${place}`, async ({ visit }) => {
    const list = new ListPage(await visit('admin', MEANT));
    const { page } = list;
    await list.open('/admin/notifications');
    await page.route(call, (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }));
    await list.place(place).click();
    await expect(failure(page)).toContainText('gave no proper answer');
    await page.unroute(call);
    await page.route(call, (route) =>
      route.fulfill({
        status: 500,
        contentType: 'application/json',
        body: JSON.stringify({ code: 'internal', message: 'Something went wrong on our side.', request_id: 'made-up-1' }),
      }),
    );
    await failure(page).getByRole('link', WELL).click();
    await expect(failure(page)).toContainText('Something went wrong on our side.');
    expect(await requestId(page)).toBe('made-up-1');
    await page.unroute(call);
    await page.route(call, (route) => route.abort());
    await failure(page).getByRole('link', WELL).click();
    await expect(failure(page)).toContainText('could not be reached');
    await page.unroute(call);
    await failure(page).getByRole('link', WELL).click();
    await expect(failure(page)).toHaveCount(0);
    await expect(list.rows.first()).toBeVisible();
    expect(new URL(page.url()).pathname).toBe(address);
  });
}

// Clicked by script: a jump soon after a person's own click would not count.
test('a slow list shows shapes first, then keeps its rows while others come, and nothing jumps', async ({ visit }) => {
  const page = await visit('admin');
  await watchShifts(page);
  const list = new ListPage(page);
  await list.open('/admin/notifications');
  const first = await Gate.before(page, '**/fn/list');
  await list.place('Links').dispatchEvent('click');
  await first.reached();
  await expect(page.locator('.skeleton')).toBeVisible();
  await expect(list.heading).toHaveText('Links');
  await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(1);
  first.open();
  await expect(list.rows.first()).toBeVisible();
  await expect(page.locator('.skeleton')).toHaveCount(0);

  const before = await list.text();
  expect(before.length).toBeGreaterThan(3);
  const second = await Gate.before(page, '**/fn/list');
  await list.header('Conv.').getByRole('link').dispatchEvent('click');
  await second.reached();
  await expect(page.locator('.load')).toHaveAttribute('aria-busy', 'true');
  await expect(page.locator('.skeleton')).toHaveCount(0);
  expect(await list.text()).toEqual(before);
  second.open();
  await expect(page.locator('.load')).not.toHaveAttribute('aria-busy');
  await expect(list.sorted).toHaveAttribute('aria-sort', 'descending');
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.1);
});

test('a slow report shows shapes first, later the old figures, and nothing jumps', async ({ visit }) => {
  const page = await visit(await reader());
  await watchShifts(page);
  const report = new Report(page);
  await report.open('/admin/links');
  const first = await Gate.before(page, '**/fn/admin_overview');
  await report.place('Overview').dispatchEvent('click');
  await first.reached();
  await expect(page.locator('.skeleton')).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(1);
  first.open();
  await expect(report.chart).toBeVisible();
  await expect(page.locator('.skeleton')).toHaveCount(0);

  const second = await Gate.before(page, '**/fn/admin_overview');
  await report.period.selectOption('7d');
  await second.reached();
  await expect(page.locator('.load')).toHaveAttribute('aria-busy', 'true');
  await expect(report.chart).toBeVisible();
  second.open();
  await report.settled();
  await expect(report.period).toHaveValue('7d');
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.1);
});
