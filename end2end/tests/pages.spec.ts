/** Every page of each portal: it answers, it is alive, it fits, it can be read by everybody. */
import { LoginPage } from '../pages/login.ts';
import { Portal } from '../pages/portal.ts';
import { newPerson } from '../support/command.ts';
import { newBuyer } from '../support/database.ts';
import { expectGoodDarkPage, expectGoodPage } from '../support/good.ts';
import { create } from '../support/make.ts';
import { DOORS, OBJECTS } from '../support/objects.ts';
import { expectReadable } from '../support/readable.ts';
import { ADMIN, AFFILIATE, type Ids, PARTNER, PUBLIC_PAGES, campaignOf, idsFor } from '../support/routes.ts';
import { type APIRequestContext, expect, hydrated, test } from '../support/test.ts';
import { type Login, type Who, unique } from '../support/world.ts';

let ids: Ids;
const idsOf = async (admin: Parameters<typeof idsFor>[0]) => (ids ??= await idsFor(admin));

test.describe('the network', () => {
  test.describe.configure({ mode: 'parallel' });
  for (const place of ADMIN) {
    test(place.name, async ({ visit, api }) => {
      test.slow();
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

test.describe('pages of objects', () => {
  for (const [name, make] of Object.entries(OBJECTS)) {
    test(name, async ({ visit, api }) => {
      const path = await make(await api('admin'), await api(null));
      await expectGoodPage(await visit('admin', { theme: 'light' }), path);
      await expectGoodDarkPage(await visit('admin', { theme: 'dark' }), path);
    });
  }
});

test.describe('in front of the portals', () => {
  // A code is asked for after a password only: see the tests of two-step sign-in.
  for (const path of PUBLIC_PAGES.filter((path) => path !== '/login/code')) {
    test(path, async ({ visit, api }) => {
      // A link that does not work is said with a status of its own.
      const answer = await (await api(null)).get(path);
      const tolerate = /status of 4\d\d/;
      await expectGoodPage(await visit(null, { theme: 'light', tolerate }), path, { status: answer.status() });
      expect(answer.status()).toBeLessThan(500);
      await expectGoodDarkPage(await visit(null, { theme: 'dark', tolerate }), path);
    });
  }

  for (const [name, make] of Object.entries(DOORS)) {
    test(`a link in a letter: ${name}`, async ({ visit, api }) => {
      const path = await make(await api('admin'), await api(null));
      await expectGoodPage(await visit(null, { theme: 'light' }), path);
      await expectGoodDarkPage(await visit(null, { theme: 'dark' }), path);
    });
  }

  test('signing in asks for what password managers know', async ({ visit }) => {
    const page = await visit(null);
    await page.goto('/login');
    await expect(page.getByLabel('Email')).toHaveAttribute('autocomplete', 'username');
    await expect(page.getByLabel('Password')).toHaveAttribute('autocomplete', 'current-password');
  });
});

test.describe('advertisers and lead buyers', () => {
  /** Somebody of an account of its own. */
  const somebody = async (role: string, admin: APIRequestContext): Promise<Login> => {
    const owner = role === 'buyer' ? newBuyer(unique('Buyer')) : create(admin, 'advertiser', { name: unique('Own Shop') });
    return newPerson(role, unique(`Some ${role}`), await owner);
  };

  for (const role of ['advertiser', 'buyer']) {
    test(`a new ${role} signs in, reads what can be done here, and does it`, async ({ visit, api }) => {
      const login = await somebody(role, await api('admin'));
      const page = await visit(null);
      const door = new LoginPage(page);
      await door.open('/login');
      await door.submit(login);
      await page.waitForURL(`**/${role}`);
      await expect(door.heading).toHaveText('Welcome');
      await expect(door.main).toContainText(role === 'buyer' ? 'a lead buyer of' : 'an advertiser of');
      await expect(door.main).toContainText(login.email);
      // What this portal does not have it does not offer.
      await expect(page.getByRole('searchbox')).toHaveCount(0);
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog')).toHaveCount(0);
      for (const [place, heading] of [['Your account', 'Your account'], ['Security', 'Security'], ['Notifications', 'Notifications'], ['Welcome', 'Welcome']] as const) {
        await door.place(place).click();
        await expect(door.heading).toHaveText(heading);
      }
      await door.open(`/${role}/account`);
      const name = door.main.getByLabel('Name', { exact: true });
      await name.fill('Renamed Person');
      await door.main.getByRole('button', { name: 'Save changes' }).click();
      await page.waitForURL(`**/${role}/account?done=saved`);
      await door.open(`/${role}`);
      await expect(door.main).toContainText('Renamed Person');
      expect(await (await page.request.get(`/${role}/nonsense`)).text()).toContain('Nothing here');
      await door.signOut();
      await page.goto(`/${role}`);
      expect(new URL(page.url()).pathname).toBe('/login');
    });

    test(`the pages of ${role}s`, async ({ visit, api }) => {
      test.slow();
      const login = await somebody(role, await api('admin'));
      for (const end of PARTNER) {
        await expectGoodPage(await visit(login, { theme: 'light' }), `/${role}${end}`);
        await expectGoodDarkPage(await visit(login, { theme: 'dark' }), `/${role}${end}`);
      }
      const plain = await visit(login, { javaScriptEnabled: false });
      for (const end of PARTNER) expect((await plain.goto(`/${role}${end}`))?.status()).toBe(200);
    });
  }
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
