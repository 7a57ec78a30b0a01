/**
 * Who may do what, as one table, asked of the server itself: every server function, every page, every file and every
 * route of the API, as nobody and as each kind of person. What stands in no table fails the test.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { newKey, newPerson } from '../support/command.ts';
import { newBuyer } from '../support/database.ts';
import { PUBLIC, serverFunctions } from '../support/functions.ts';
import { ADMIN, AFFILIATE, type Ids, PARTNER, PUBLIC_PAGES, idsFor } from '../support/routes.ts';
import { type APIRequestContext, expect, test } from '../support/test.ts';
import { type Login, unique, world } from '../support/world.ts';

type Role = 'admin' | 'manager' | 'finance' | 'affiliate' | 'second' | 'advertiser' | 'buyer';
const ROLES: Role[] = ['admin', 'manager', 'finance', 'affiliate', 'second', 'advertiser', 'buyer'];

const NETWORK: Role[] = ['admin', 'manager', 'finance'];
const EDITORS: Role[] = ['admin', 'manager'];
const BOOKS: Role[] = ['admin', 'finance'];
const ONLY_ADMIN: Role[] = ['admin'];
const AFFILIATES: Role[] = ['affiliate', 'second'];
const KEYS: Role[] = ['admin', ...AFFILIATES];
const EVERYBODY: Role[] = ROLES;

/** What each server function is for. Those for nobody in particular are `PUBLIC`. */
const FUNCTIONS: [Role[], string][] = [
  [NETWORK, 'admin_overview advertiser affiliate campaign conversion decide_conversions find_click'],
  [
    EDITORS,
    `affiliate_form affiliate_invite_form application applications approve_application choose_domain create_affiliate
     create_link decide_access decide_application domain_choice edit_link invite_affiliate_person link_form
     reject_application set_affiliate_status set_link_destination set_link_status update_affiliate view_as`,
  ],
  [BOOKS, 'audit health'],
  [
    ONLY_ADMIN,
    `add_domain add_goal add_question advertiser_form brand_settings campaign_form check_domain create_advertiser
     create_campaign domain_settings end_person_sessions feature_settings general_settings goal_form invite_form mail
     mails move_question publish_terms remove_domain remove_goal remove_logo remove_question resend_mail
     revoke_invitation set_advertiser_status set_campaign_status set_default_domain set_sign_up_mode sign_up_settings
     styleguide team terms_settings unlock_person update_advertiser update_brand update_campaign update_features
     update_goal update_question update_settings invite_person require_two_step resend_invitation reset_two_step
     set_person_active set_person_role`,
  ],
  [AFFILIATES, 'apply_to_campaign offer own_overview take_link'],
  [KEYS, 'api_key_form api_keys create_api_key revoke_api_key rotate_api_key'],
  [[...NETWORK, ...AFFILIATES], 'search'],
  // One's own things.
  [
    EVERYBODY,
    `me profile save_profile ask_email change_password security begin_two_step cancel_two_step confirm_two_step
     disable_two_step new_recovery_codes end_session end_other_sessions remember_period bell notifications mark_read end_view_as`,
  ],
];

/** What open pages listen to: who is told something, and who is not. */
const LISTENERS: Role[] = [...NETWORK, ...AFFILIATES];

/** These take the name of a list; whose it is decides. */
const OF_LISTS = ['list', 'save_view', 'change_view', 'delete_view', 'bulk_change'];
const LISTS: [Role[], string][] = [
  [NETWORK, 'campaigns links affiliates advertisers conversions'],
  [AFFILIATES, 'own_campaigns own_links own_conversions own_subs'],
];

/** Asked with junk, these would still change something that other tests rely on. */
const LEFT_ALONE = ['update_features', 'publish_terms', 'require_two_step', 'remove_logo', 'end_other_sessions'];

/** Files under the portals: whose they are, and where. */
const FILES: [Role[], string][] = [
  [
    NETWORK,
    `/admin/campaigns.csv /admin/links.csv /admin/affiliates.csv /admin/advertisers.csv /admin/conversions.csv
     /admin/chart.csv`,
  ],
  [
    AFFILIATES,
    `/affiliate/campaigns.csv /affiliate/links.csv /affiliate/conversions.csv /affiliate/subs.csv /affiliate/chart.csv`,
  ],
];

/** Pages about objects that the demo network need not have: nothing is there, and whoever may not look is told so. */
const OBJECT_PAGES: [Role[], string][] = [
  [ONLY_ADMIN, '/admin/campaigns/camp_x/goals/goal_x /admin/mails/mail_x /admin/settings/sign-up/question_x'],
  [EDITORS, '/admin/links/link_x/edit /admin/applications/app_x'],
];

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const table = (rows: [Role[], string][]): Map<string, Role[]> =>
  new Map(rows.flatMap(([roles, names]) => words(names).map((name): [string, Role[]] => [name, roles])));

let people: Record<Role, Login>;
let ids: Ids;
const asked = new Map<Role, APIRequestContext>();

test.beforeAll(async () => {
  const [first, other] = [...new Set(world().demo.links.map((link) => link.affiliate_id))];
  if (!first || !other) throw new Error('the demo network has links of one affiliate only');
  const advertiser = await anAdvertiser();
  people = {
    admin: await newPerson('admin', unique('Matrix Admin')),
    manager: await newPerson('affiliate_manager', unique('Matrix Manager')),
    finance: await newPerson('finance', unique('Matrix Finance')),
    affiliate: await newPerson('affiliate', unique('Matrix First'), first),
    second: await newPerson('affiliate', unique('Matrix Second'), other),
    advertiser: await newPerson('advertiser', unique('Matrix Advertiser'), advertiser),
    buyer: await newPerson('buyer', unique('Matrix Buyer'), await newBuyer(unique('Matrix Leads'))),
  };
});

/** The id of some advertiser, read with a key of the network. */
async function anAdvertiser(): Promise<string> {
  const headers = { authorization: `Bearer ${await newKey(unique('Matrix reader'))}` };
  const answer = await fetch(`${world().consoleUrl}/api/v1/advertisers?limit=1`, { headers });
  const id = ((await answer.json()) as { data?: { id: string }[] }).data?.[0]?.id;
  if (!id) throw new Error('the demo network has no advertiser');
  return id;
}

test.beforeEach(async ({ api }) => {
  asked.clear();
  for (const role of ROLES) asked.set(role, await api(people[role]));
  ids = await idsFor(await api('admin'));
});

const as = (role: Role): APIRequestContext => {
  const context = asked.get(role);
  if (!context) throw new Error(`nobody is ${role}`);
  return context;
};

test('every server function', async ({ api }) => {
  test.slow();
  const nobody = await api(null);
  const allowed = table(FUNCTIONS);
  const found = serverFunctions();
  const known = [...allowed.keys(), ...OF_LISTS].map((name) => `/fn/${name}`).concat(PUBLIC);
  expect(found.map((f) => f.url).sort()).toEqual(known.sort());

  for (const { url, form } of found) {
    if (PUBLIC.includes(url)) continue;
    const name = url.replace('/fn/', '');
    const refused = await nobody.post(url, { form });
    expect.soft(refused.status(), `nobody calls ${url}`).toBe(401);
    for (const role of ROLES) {
      if (OF_LISTS.includes(name)) continue;
      const may = allowed.get(name)?.includes(role);
      if (may && LEFT_ALONE.includes(name)) continue;
      const answer = await as(role).post(url, { form });
      const text = await answer.text();
      if (may) {
        expect.soft(answer.status(), `${role} calls ${url}: ${text}`).toBeLessThan(500);
        const refusal = answer.status() === 401 || (answer.status() === 403 && !text.includes('"step_up"'));
        expect.soft(refusal && name !== 'end_view_as', `${role} may call ${url}: ${text}`).toBe(false);
      } else {
        expect.soft(answer.status(), `${role} calls ${url}: ${text}`).toBe(403);
      }
    }
  }
});

test('every list', async ({ api }) => {
  const nobody = await api(null);
  for (const [list, roles] of table(LISTS)) {
    for (const name of OF_LISTS) {
      const form: Record<string, string> = { list, 'draft[list]': list, 'draft[name]': '', id: 'x', action: 'x' };
      expect.soft((await nobody.post(`/fn/${name}`, { form })).status(), `nobody: ${name} of ${list}`).toBe(401);
      for (const role of ROLES) {
        const status = (await as(role).post(`/fn/${name}`, { form })).status();
        if (!roles.includes(role)) expect.soft(status, `${role}: ${name} of ${list}`).toBe(403);
        else expect.soft([200, 302, 404, 422], `${role}: ${name} of ${list} is ${status}`).toContain(status);
      }
    }
  }
});

test('every page', async ({ api }) => {
  test.slow();
  const nobody = await api(null);
  const campaign = world().demo.links.find((link) => link.affiliate_id === ids.affiliate)?.campaign_id ?? ids.campaign;
  const rows: { path: string; roles: Role[] }[] = [
    ...ADMIN.map((place) => ({ path: place.path(ids), roles: place.allowed as Role[] })),
    ...AFFILIATE.map((place) => ({ path: place.path({ ...ids, campaign }), roles: AFFILIATES })),
    ...(['advertiser', 'buyer'] as const).flatMap((role) => PARTNER.map((end) => ({ path: `/${role}${end}`, roles: [role] }))),
    ...[...table(FILES)].map(([path, roles]) => ({ path, roles })),
  ];
  for (const [path, roles] of table(OBJECT_PAGES)) {
    expect.soft((await nobody.get(path)).status(), `nobody at ${path}`).toBe(302);
    for (const role of ROLES) {
      const status = (await as(role).get(path)).status();
      expect.soft(status, `${role} at ${path}`).toBe(roles.includes(role) ? 404 : 403);
    }
  }
  for (const { path, roles } of rows) {
    expect.soft((await nobody.get(path)).status(), `nobody at ${path}`).toBe(302);
    for (const role of ROLES) {
      const status = (await as(role).get(path)).status();
      if (!roles.includes(role)) expect.soft(status, `${role} at ${path}`).toBe(403);
      // A second affiliate may not have what belongs to the first; that is a 404.
      else if (role !== 'second' && role !== 'affiliate') expect.soft(status, `${role} at ${path}`).toBe(200);
      else expect.soft([200, 404], `${role} at ${path} is ${status}`).toContain(status);
    }
  }
});

test('the stream of events', async ({ playwright }) => {
  for (const role of ROLES) {
    // The stream does not end by itself.
    const { cookies } = await as(role).storageState();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const stop = new AbortController();
    const answer = await fetch(`${world().consoleUrl}/live`, { headers: { cookie }, signal: stop.signal });
    expect.soft(answer.status, `${role} listens`).toBe(LISTENERS.includes(role) ? 200 : 204);
    stop.abort();
  }
  const nobody = await playwright.request.newContext({ baseURL: world().consoleUrl });
  expect((await nobody.get('/live')).status()).toBe(401);
  await nobody.dispose();
});

test('every address of the app is in a table', () => {
  const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../app/src/${file}`, import.meta.url)), 'utf8');
  const source = read('lib.rs') + read('partner.rs');
  const routes: string[] = [];
  const parents: string[] = [];
  for (const line of source.split('\n')) {
    const path = /path!\("([^"]*)"\)/.exec(line)?.[1];
    if (line.includes('<ParentRoute')) {
      // The settings hang below the portal.
      parents.push(path === '/settings' ? '/admin/settings' : (path ?? ''));
    } else if (path && !path.includes('*')) {
      routes.push(`${parents.at(-1) ?? ''}${path}`.replace(/(.)\/$/, '$1'));
    }
    if (line.includes('</ParentRoute>')) parents.pop();
  }
  expect(routes.length).toBeGreaterThan(40);
  const known = [...ADMIN.map((p) => p.path(PLACEHOLDERS)), ...AFFILIATE.map((p) => p.path(PLACEHOLDERS)), ...PUBLIC_PAGES, ...table(OBJECT_PAGES).keys(), ...PARTNER.flatMap((end) => [`/advertiser${end}`, `/buyer${end}`]), '/'];
  const covered = (route: string) => {
    const pattern = new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}$`);
    return known.some((path) => pattern.test(path.split('?')[0] ?? ''));
  };
  expect(routes.filter((route) => !covered(route))).toEqual([]);
});

const PLACEHOLDERS = new Proxy({} as Ids, { get: (_, name) => String(name) });

/** Paths of the API that an affiliate's key may use at all; everything else is the network's. */
const OF_AFFILIATES = /^\/api\/v1\/(me|campaigns|links|conversions|ledger|balances|reports|clicks)(\/|$)/;

test('every route of the API', async ({ playwright }) => {
  test.slow();
  const base = world().consoleUrl;
  const mine = await newKey(unique('Matrix'), ids.affiliate);
  const document = (await (await fetch(`${base}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const wrong = [undefined, 'Bearer mr_live_nonsense', 'Basic YWRtaW46YWRtaW4=', `Bearer ${mine}x`];
  const request = await playwright.request.newContext({ baseURL: base, maxRedirects: 0 });
  let routes = 0;
  for (const [path, item] of Object.entries(document.paths)) {
    const address = path.replace(/\{[^}]+\}/g, 'x');
    for (const method of Object.keys(item).filter((m) => ['get', 'post', 'patch', 'put', 'delete'].includes(m))) {
      if (path.endsWith('/openapi.json')) continue;
      routes += 1;
      for (const authorization of wrong) {
        const answer = await request.fetch(address, {
          method,
          headers: authorization ? { authorization } : {},
          ...(method === 'get' ? {} : { data: {} }),
        });
        // Too many failures from one address are a refusal as well.
        expect.soft([401, 429], `${method} ${path} with ${authorization}: ${answer.status()}`).toContain(answer.status());
        expect.soft(answer.headers()['content-type'], `${method} ${path}`).toContain('application/problem+json');
      }
      // Keys open it, sessions do not, whoever's they are.
      for (const role of ROLES) {
        const answer = await as(role).fetch(address, { method, ...(method === 'get' ? {} : { data: {} }) });
        expect.soft([401, 429], `${method} ${path} with the session of ${role}: ${answer.status()}`).toContain(answer.status());
      }
    }
  }
  expect(routes).toBeGreaterThan(20);
  await request.dispose();
});

test("an affiliate's key stays with the affiliate", async ({ playwright }) => {
  test.slow();
  const base = world().consoleUrl;
  const network = await newKey(unique('Matrix network'));
  const first = await newKey(unique('Matrix first'), ids.affiliate);
  const elsewhere = world().demo.links.find((link) => link.affiliate_id !== ids.affiliate);
  if (!elsewhere) throw new Error('the demo network has one affiliate only');
  const second = await newKey(unique('Matrix second'), elsewhere.affiliate_id);
  const request = await playwright.request.newContext({ baseURL: base });
  const get = async (path: string, key: string) => request.get(path, { headers: { authorization: `Bearer ${key}` } });
  const document = (await (await request.get('/api/v1/openapi.json')).json()) as { paths: Record<string, Record<string, unknown>> };
  for (const [path, item] of Object.entries(document.paths)) {
    if (!('get' in item) || path.includes('{') || path.endsWith('/openapi.json')) continue;
    const ours = await get(path, network);
    expect.soft(ours.status(), `${path} for the network: ${await ours.text()}`).toBeLessThan(500);
    const theirs = await get(path, first);
    if (!OF_AFFILIATES.test(path)) expect.soft([403, 404], `${path}: ${theirs.status()}`).toContain(theirs.status());
    else expect.soft([200, 400, 422], `${path}: ${theirs.status()} ${await theirs.text()}`).toContain(theirs.status());
    // What the first one sees of its own the second one cannot open.
    const rows = ((await theirs.json().catch(() => ({}))) as { data?: { id?: string }[] }).data ?? [];
    const id = rows.find((row) => row.id && /^(link|conv)_/.test(row.id))?.id;
    if (!id) continue;
    expect.soft((await get(`${path}/${id}`, first)).status(), `${path}/${id}`).toBe(200);
    expect.soft((await get(`${path}/${id}`, second)).status(), `${path}/${id} for another affiliate`).toBe(404);
  }
  await request.dispose();
});
