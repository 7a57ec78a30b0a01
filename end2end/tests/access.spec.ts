/** Who gets in where. The server decides; what the browser hides is only a courtesy. */
import { ListPage } from '../pages/list.ts';
import { PUBLIC, serverFunctions } from '../support/functions.ts';
import { create, newCampaign } from '../support/make.ts';
import { ADMIN, AFFILIATE, idsFor } from '../support/routes.ts';
import { expect, test } from '../support/test.ts';
import { unique } from '../support/world.ts';

const EVIL: Record<string, string>[] = [
  { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  { origin: 'https://evil.test' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
];

test('nobody gets into a portal without signing in, and comes back after it', async ({ api }) => {
  const nobody = await api(null);
  const ids = await idsFor(await api('admin'));
  for (const path of [...ADMIN.map((p) => p.path(ids)), ...AFFILIATE.map((p) => p.path(ids)), '/admin/nonsense', '/buyer', '/advertiser']) {
    const answer = await nobody.get(path);
    expect.soft(answer.status(), path).toBe(302);
    const to = new URL(answer.headers()['location'] ?? '', 'http://x.test');
    expect.soft(to.pathname, path).toBe('/login');
    expect.soft(to.searchParams.get('next'), path).toBe(path);
  }
});

test('portals are for their own people', async ({ api }) => {
  const ids = await idsFor(await api('admin'));
  const affiliate = await api('affiliate');
  for (const place of ADMIN) {
    expect.soft((await affiliate.get(place.path(ids))).status(), `an affiliate at ${place.name}`).toBe(403);
  }
  for (const who of ['admin', 'manager', 'finance'] as const) {
    const context = await api(who);
    for (const place of AFFILIATE) {
      expect.soft((await context.get(place.path(ids))).status(), `${who} at the affiliates' ${place.name}`).toBe(403);
    }
  }
  for (const path of ['/buyer', '/advertiser']) expect((await affiliate.get(path)).status()).toBe(403);
});

test('a campaign that is not for an affiliate does not exist for it', async ({ api }) => {
  const admin = await api('admin');
  const affiliate = await api('affiliate2');
  const advertiser = await create(admin, 'advertiser', { name: unique('Hidden Shop') });
  const campaign = (visibility: string, status: string) =>
    newCampaign(admin, { advertiser, name: unique(`${visibility} ${status}`), status, visibility });
  const open = await campaign('public', 'active');
  expect((await affiliate.get(`/affiliate/campaigns/${open}`)).status()).toBe(200);
  for (const hidden of [await campaign('private', 'active'), await campaign('public', 'draft'), 'camp_999999999', 'nonsense']) {
    expect.soft((await affiliate.get(`/affiliate/campaigns/${hidden}`)).status(), hidden).toBe(404);
    const list = await (await affiliate.get('/affiliate/campaigns')).text();
    expect.soft(list, hidden).not.toContain(`/affiliate/campaigns/${hidden}"`);
  }
});

test("an affiliate finds nothing of another one's", async ({ visit, api }) => {
  const other = await visit('affiliate2');
  const theirs = new ListPage(other);
  await theirs.open('/affiliate/conversions?period=14d');
  const row = (await theirs.rows.first().innerText()).trim();
  const txid = /\b\w+-\d{6}\b/.exec(row)?.[0];
  expect(txid, `a transaction id in ${row}`).toBeTruthy();

  const affiliate = await api('affiliate');
  const search = await (await affiliate.get(`/affiliate/conversions?period=14d&q=${txid}`)).text();
  expect(search).toContain('Nothing matches');
  // Naming somebody else in the address shows nothing more.
  const ids = await idsFor(await api('admin'));
  const mine = new ListPage(await visit('affiliate'));
  await mine.open('/affiliate/conversions?period=14d');
  // By their names: the state of one may change meanwhile.
  const before = await mine.names();
  expect(before.length).toBeGreaterThan(0);
  for (const address of [`affiliate=${ids.affiliate}`, `affiliate=${ids.affiliate}&q=${txid}`, 'affiliate=aff_1']) {
    await mine.open(`/affiliate/conversions?period=14d&${address}`);
    expect((await mine.names()).filter((row) => !before.includes(row)), address).toEqual([]);
  }
});

test.describe('server functions', () => {
  const functions = serverFunctions();

  test('are found in the sources', () => {
    expect(functions.length).toBeGreaterThan(30);
    for (const known of [...PUBLIC, '/fn/create_advertiser', '/fn/decide_conversions']) {
      expect(functions.map((f) => f.url)).toContain(known);
    }
  });

  test('do nothing for somebody who is not signed in', async ({ api }) => {
    const nobody = await api(null);
    for (const { url, form } of functions.filter((f) => !PUBLIC.includes(f.url))) {
      const answer = await nobody.post(url, { form });
      expect.soft(answer.status(), `${url} ${await answer.text()}`).toBe(401);
      // The same as a plain form, which is answered with the way back.
      const plain = await nobody.post(url, { form, headers: { accept: 'text/html' } });
      expect.soft([302, 303, 401], `${url} as a plain form`).toContain(plain.status());
      expect.soft(plain.headers()['location'] ?? '', url).not.toContain('done=');
    }
  });

  test("do nothing for another portal's people", async ({ api }) => {
    const affiliate = await api('affiliate');
    const admin = await api('admin');
    for (const { url, form, portal } of functions) {
      if (portal === 'admin') {
        const answer = await affiliate.post(url, { form });
        expect.soft(answer.status(), `an affiliate calls ${url}: ${await answer.text()}`).toBe(403);
      }
      if (portal === 'affiliate') {
        const answer = await admin.post(url, { form });
        expect.soft(answer.status(), `an administrator calls ${url}: ${await answer.text()}`).toBe(403);
      }
    }
  });

  test("roles of the network are held to what is theirs", async ({ api }) => {
    const finance = await api('finance');
    const manager = await api('manager');
    for (const { url, form } of functions.filter((f) => /create_|update_|add_goal|remove_goal|set_\w+_status/.test(f.url))) {
      expect.soft((await finance.post(url, { form })).status(), `finance calls ${url}`).toBe(403);
    }
    for (const { url, form } of functions.filter((f) => /(create|update)_(campaign|advertiser)$|_goal$|health$/.test(f.url))) {
      expect.soft((await manager.post(url, { form })).status(), `a manager calls ${url}`).toBe(403);
    }
  });

  test('are not for GET', async ({ api }) => {
    const admin = await api('admin');
    for (const { url } of functions) {
      expect.soft([404, 405], url).toContain((await admin.get(url)).status());
    }
  });
});

test.describe('a form sent from another site', () => {
  for (const [number, headers] of EVIL.entries()) {
    test(`is refused, whoever is signed in (${number + 1})`, async ({ api }) => {
      const name = unique('Forged');
      const victim = await api('admin', headers);
      for (const accept of ['text/html', '*/*']) {
        const answer = await victim.post('/fn/create_advertiser', { form: { 'draft[name]': name }, headers: { accept } });
        expect(answer.status()).toBe(403);
      }
      const out = await victim.post('/fn/sign_out', { form: {} });
      expect(out.status()).toBe(403);
      const signIn = await (await api(null, headers)).post('/fn/sign_in', { form: { email: 'a@b.example', password: 'x' } });
      expect(signIn.status()).toBe(403);

      const admin = await api('admin');
      const list = await admin.get(`/admin/advertisers?q=${encodeURIComponent(name)}`);
      expect(list.status()).toBe(200);
      expect(await list.text()).toContain('Nothing matches');
    });
  }
});

test('pages cannot be framed, sniffed or kept', async ({ api }) => {
  const answer = await (await api('admin')).get('/admin');
  const headers = answer.headers();
  expect(headers['x-frame-options']).toBe('DENY');
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cache-control']).toContain('no-store');
  expect(headers['x-request-id']).toBeTruthy();
});
