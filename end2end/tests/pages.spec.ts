/** Every page of each portal: it answers, it is alive, it fits, it can be read by everybody. */
import AxeBuilder from '@axe-core/playwright';
import { Portal } from '../pages/portal.ts';
import { ADMIN, AFFILIATE, type Ids, campaignOf, idsFor } from '../support/routes.ts';
import { type Page, expect, hydrated, test } from '../support/test.ts';
import { type Who } from '../support/world.ts';

const WIDTHS = [320, 390, 1280];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectReadable(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const said = violations.flatMap((rule) =>
    rule.nodes.slice(0, 4).map((node) => `${rule.id}: ${rule.help}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
  expect.soft(said, `${what}: what a person with a disability could not use`).toEqual([]);
}

async function expectFitting(page: Page, what: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const { scroll, client, widest } = await page.evaluate(() => {
      const root = document.documentElement;
      const over = [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 && !element.closest('.scroll'))
        .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
      return { scroll: root.scrollWidth, client: root.clientWidth, widest: over.slice(0, 5) };
    });
    expect.soft(scroll, `${what} at ${width} px scrolls sideways; over the edge: ${widest.join(', ')}`).toBeLessThanOrEqual(client);
  }
}

/** Whatever a page is about, this holds. */
async function expectGoodPage(page: Page, path: string): Promise<void> {
  const portal = new Portal(page);
  expect(await portal.open(path), path).toBe(200);
  await expect(portal.heading).toHaveCount(1);
  await expect(portal.heading).toBeVisible();
  await expect(page.locator('main')).toHaveCount(1);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.title()).toMatch(/.+ · Millrace$/);
  const text = await page.locator('body').innerText();
  expect(text).not.toMatch(/\b(NaN|undefined|Infinity)\b/);
  await expectReadable(page, `${path}, light`);
  await page.setViewportSize({ width: 390, height: 800 });
  await expectReadable(page, `${path}, narrow`);
  await expectFitting(page, path);
}

async function expectGoodDarkPage(page: Page, path: string): Promise<void> {
  await new Portal(page).open(path);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expectReadable(page, `${path}, dark`);
}

let ids: Ids;
const idsOf = async (admin: Parameters<typeof idsFor>[0]) => (ids ??= await idsFor(admin));

test.describe('the network', () => {
  test.describe.configure({ mode: 'parallel' });
  for (const place of ADMIN) {
    test(place.name, async ({ visit, api }) => {
      const path = place.path(await idsOf(await api('admin')));
      await expectGoodPage(await visit('admin', { theme: 'light' }), path);
      await expectGoodDarkPage(await visit('admin', { theme: 'dark' }), path);
    });
  }

  for (const who of ['manager', 'finance'] satisfies Who[]) {
    test(`as ${who}: what is allowed opens, what is not says so`, async ({ visit, api }) => {
      const asWho = await api(who);
      const known = await idsOf(await api('admin'));
      for (const place of ADMIN) {
        const answer = await asWho.get(place.path(known));
        expect.soft(answer.status(), `${who} at ${place.name}`).toBe(place.allowed.includes(who) ? 200 : 403);
      }
      // The sidebar leads only to what opens.
      const page = await visit(who);
      await new Portal(page).open('/admin');
      const places = await page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link')
        .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
      expect(places.length).toBeGreaterThan(3);
      for (const href of places) expect.soft((await asWho.get(href)).status(), `${who} at ${href}`).toBe(200);
      // What one may not do is not offered either.
      await page.goto('/admin/advertisers');
      await expect(page.getByRole('link', { name: 'New advertiser' })).toHaveCount(0);
      await expect(page.getByRole('main').getByRole('button', { name: 'Pause' })).toHaveCount(0);
    });
  }
});

test.describe('an affiliate', () => {
  for (const place of AFFILIATE) {
    test(place.name, async ({ visit, api }) => {
      const path = place.path({ ...(await idsOf(await api('admin'))), campaign: await campaignOf(await api('affiliate')) });
      await expectGoodPage(await visit('affiliate', { theme: 'light' }), path);
      await expectGoodDarkPage(await visit('affiliate', { theme: 'dark' }), path);
    });
  }
});

test('the login page', async ({ visit }) => {
  await expectGoodPage(await visit(null, { theme: 'light' }), '/login');
  await expectGoodDarkPage(await visit(null, { theme: 'dark' }), '/login');
  const page = await visit(null);
  await page.goto('/login');
  await expect(page.getByLabel('Email')).toHaveAttribute('autocomplete', 'username');
  await expect(page.getByLabel('Password')).toHaveAttribute('autocomplete', 'current-password');
});

test('every page has a title of its own', async ({ api }) => {
  const admin = await api('admin');
  const affiliate = await api('affiliate');
  const known = await idsOf(admin);
  const title = async (context: typeof admin, path: string) =>
    /<title>([^<]*)<\/title>/.exec(await (await context.get(path)).text())?.[1] ?? '';
  const titles: string[] = [];
  // The lookup is one page, with and without an answer.
  for (const place of ADMIN.filter((place) => place.name !== 'click')) titles.push(await title(admin, place.path(known)));
  expect(new Set(titles).size, titles.join(' | ')).toBe(titles.length);
  const own: string[] = [];
  const campaign = await campaignOf(affiliate);
  for (const place of AFFILIATE) own.push(await title(affiliate, place.path({ ...known, campaign })));
  expect(new Set(own).size, own.join(' | ')).toBe(own.length);
});

test('an address without a page says so, with the frame around it', async ({ visit, api }) => {
  const admin = await api('admin');
  for (const path of ['/admin/nonsense', '/admin/campaigns/camp_999999999', '/admin/campaigns/nonsense', '/admin/conversions/conv_x', '/nonsense']) {
    const answer = await admin.get(path);
    expect.soft(answer.status(), path).toBe(404);
  }
  const page = await visit('admin', { tolerate: /status of 404/ });
  const portal = new Portal(page);
  expect(await portal.open('/admin/campaigns/camp_999999999')).toBe(404);
  await expect(portal.heading).toHaveCount(1);
  await expect(page.getByText('Nothing here')).toBeVisible();
  await expect(portal.place('Campaigns')).toBeVisible();
  await expectReadable(page, 'not found');
});

test('a click on a narrow screen opens the menu, and a choice closes it', async ({ visit }) => {
  const page = await visit('admin', { viewport: { width: 390, height: 800 } });
  const portal = new Portal(page);
  await portal.open('/admin');
  await expect(portal.place('Links')).toBeHidden();
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await expect(portal.place('Links')).toBeVisible();
  await expectReadable(page, 'open menu');
  await portal.place('Links').click();
  await page.waitForURL('**/admin/links');
  await expect(portal.heading).toHaveText('Links');
  await expect(portal.place('Links')).toBeHidden();
});

test('walking through the portal without a page load keeps title, place and heading right', async ({ visit }) => {
  const page = await visit('admin');
  const portal = new Portal(page);
  await portal.open('/admin');
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  for (const name of ['Campaigns', 'Links', 'Affiliates', 'Advertisers', 'Conversions', 'Click lookup', 'Health', 'Overview']) {
    await portal.place(name).click();
    await expect(portal.heading).toHaveText(name);
    await expect(page).toHaveTitle(`${name} · Millrace`);
    await expect(page.locator('nav [aria-current=page]')).toHaveText(new RegExp(`^${name}`));
  }
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('the browser code takes over quickly and is not large', async ({ visit, api }) => {
  const wasm = await (await api(null, { 'accept-encoding': 'br' })).head('/pkg/millrace.wasm');
  expect(wasm.status()).toBe(200);
  expect(wasm.headers()['content-type']).toBe('application/wasm');
  test.skip(wasm.headers()['content-encoding'] !== 'br', 'a quick build of the browser code is large and slow');
  expect(Number(wasm.headers()['content-length'])).toBeLessThan(700_000);
  const page = await visit('affiliate');
  await page.goto('/affiliate', { waitUntil: 'commit' });
  const began = Date.now();
  await hydrated(page);
  expect(Date.now() - began).toBeLessThan(4_000);
});
