/** What every list can do, on the lists of conversions and campaigns: address, columns, totals, export, views, many rows. */
import { readFile } from 'node:fs/promises';
import { ListPage } from '../pages/list.ts';
import { minor } from '../pages/portal.ts';
import { Gate } from '../support/gate.ts';
import { create, newCampaign, newLink, order } from '../support/make.ts';
import { type APIRequestContext, expect, test } from '../support/test.ts';
import { unique } from '../support/world.ts';

/** Reads CSV with quotes. */
function csv(text: string): string[][] {
  const rows: string[][] = [[]];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ',') {
      rows.at(-1)?.push(field);
      field = '';
    } else if (letter === '\r' && text[at + 1] === '\n') {
      rows.at(-1)?.push(field);
      field = '';
      rows.push([]);
      at += 1;
    } else field += letter;
  }
  return rows.filter((row) => row.length > 0);
}

/** The rows of an export as objects by heading. */
async function exported(api: APIRequestContext, address: string): Promise<Record<string, string>[]> {
  const answer = await api.get(address);
  expect(answer.status(), address).toBe(200);
  expect(answer.headers()['content-type']).toContain('text/csv');
  const [head = [], ...rows] = csv(await answer.text());
  for (const row of rows) expect(row.length, row.join('|')).toBe(head.length);
  return rows.map((row) => Object.fromEntries(head.map((name, n) => [name, row[n] ?? ''])));
}

const sum = (rows: Record<string, string>[], heading: string): number =>
  rows.reduce((all, row) => all + Math.round(Number(row[heading]) * 100), 0);

/** Active campaigns of an advertiser of their own. */
async function campaigns(admin: APIRequestContext, count: number): Promise<{ advertiser: string; ids: string[]; names: string[] }> {
  const advertiser = await create(admin, 'advertiser', { name: unique('Bulk Shop') });
  const names = Array.from({ length: count }, (_, n) => unique(`Bulk ${n + 1}`));
  const ids: string[] = [];
  for (const name of names) {
    ids.push(await newCampaign(admin, { advertiser, name }));
  }
  return { advertiser, ids, names };
}

/** A campaign with so many conversions. */
async function ordered(admin: APIRequestContext, visitor: APIRequestContext, count: number): Promise<string> {
  const campaign = await newCampaign(admin);
  const { url } = await newLink(admin, campaign);
  for (let n = 0; n < count; n += 1) await order(visitor, url, { goal: 'sale' });
  return campaign;
}

for (const address of ['/admin/conversions', '/admin/campaigns']) {
  test(`${address}: the address is the whole state, and the way back undoes`, async ({ visit, api }) => {
    // Others make campaigns and conversions meanwhile: this looks at some of its own.
    const admin = await api('admin');
    const own = address.endsWith('campaigns')
      ? `advertiser=${(await campaigns(admin, 3)).advertiser}`
      : `campaign=${await ordered(admin, await api(null), 3)}`;
    const list = new ListPage(await visit('admin'));
    const { page } = list;
    await expect(async () => {
      await list.open(`${address}?period=14d&${own}`);
      expect(await list.total()).toBe(3);
    }).toPass();
    const all = await list.total();
    const [first, second] = address.endsWith('conversions') ? ['pending', 'rejected'] : ['active', 'paused'];
    await list.choose('status', first, second);
    await expect(page).toHaveURL(new RegExp(`status=${first},${second}`));
    await expect(list.choices('status').locator('summary')).toContainText(/,/);
    await list.header('Payout').getByRole('link').click();
    await expect(page).toHaveURL(/sort=-payout/);
    await expect(page).toHaveURL(new RegExp(`status=${first},${second}`));
    await expect(list.sorted).toHaveCount(1);
    await expect(list.sorted).toHaveAttribute('aria-sort', 'descending');
    await expect(page.locator('.load.pending')).toHaveCount(0);
    const shown = await list.text();
    expect(await list.total()).toBeLessThanOrEqual(all);
    await page.reload();
    expect(await list.text()).toEqual(shown);
    const elsewhere = new ListPage(await visit('manager'));
    await elsewhere.open(page.url());
    expect((await elsewhere.names())).toEqual(await list.names());

    await list.open(page.url());
    await list.header('Payout').getByRole('link').click();
    await expect(list.sorted).toHaveAttribute('aria-sort', 'ascending');
    await page.goBack();
    await expect(list.sorted).toHaveAttribute('aria-sort', 'descending');
    await expect.poll(() => list.text()).toEqual(shown);
  });

  test(`${address}: a header clicked at once after a filter keeps it`, async ({ visit }) => {
    const list = new ListPage(await visit('admin'));
    const { page } = list;
    await list.open(`${address}?period=14d`);
    // Both in one turn of the browser's loop, before anything is drawn.
    await page.evaluate(() => {
      const box = document.querySelector<HTMLInputElement>('details[data-filter=status] input');
      if (box) box.click();
      document.querySelector<HTMLAnchorElement>('thead th:nth-last-child(2) a, thead th a')?.click();
    });
    await expect(page).toHaveURL(/sort=/);
    await expect(page).toHaveURL(/status=/);
    await expect(page).toHaveURL(/period=14d/);
  });

  test(`${address}: the file has the columns and rows of the page`, async ({ visit, api }) => {
    const list = new ListPage(await visit('admin'));
    const { page } = list;
    await list.open(`${address}?period=14d`);
    const total = await list.total();
    const waiting = page.waitForEvent('download');
    await list.card.getByRole('link', { name: 'Export CSV' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toMatch(/^(conversions|campaigns)-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile((await download.path()) ?? '', 'utf8');
    const [head = [], ...rows] = csv(text);
    expect(rows.length).toBe(total);
    // Each column is there, in order; some have several fields, and the currency is said once.
    let at = -1;
    for (const heading of ['Status', 'Revenue', 'Payout', 'Currency']) {
      expect(head.indexOf(heading), heading).toBeGreaterThan(at);
      at = head.indexOf(heading);
    }
    const revenue = head.indexOf('Revenue');
    for (const row of rows) expect(row[revenue]).toMatch(/^-?\d+(\.\d{2,3})?$|^$/);

    // Other columns in another order, and the file follows.
    const admin = await api('admin');
    const cols = address.endsWith('conversions') ? 'payout,received' : 'payout,created';
    const few = csv(await (await admin.get(`${address}.csv?period=14d&cols=${cols}`)).text());
    expect(few[0]?.at(-1)).toBe('Currency');
    expect(few[0]?.indexOf('Payout')).toBeLessThan(few[0]?.findIndex((h) => /Received|Created/.test(h)) ?? -1);
    const time = few[0]?.findIndex((h) => /Received|Created/.test(h)) ?? -1;
    for (const row of few.slice(1)) expect(row[time]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const marked = await (await admin.get(`${address}.csv?bom=1`)).body();
    expect([...marked.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });
}

test('exports are for those who may see the page, and on record', async ({ api }) => {
  const admin = await api('admin');
  const affiliate = await api('affiliate');
  const nobody = await api(null);
  for (const list of ['campaigns', 'links', 'affiliates', 'advertisers', 'conversions']) {
    expect.soft((await admin.get(`/admin/${list}.csv`)).status(), list).toBe(200);
    expect.soft((await affiliate.get(`/admin/${list}.csv`)).status(), list).toBe(403);
    expect.soft((await nobody.get(`/admin/${list}.csv`)).status(), list).toBe(302);
  }
  for (const list of ['campaigns', 'links', 'conversions', 'subs']) {
    const answer = await affiliate.get(`/affiliate/${list}.csv?period=14d`);
    expect.soft(answer.status(), list).toBe(200);
    expect.soft(answer.headers()['content-disposition'], list).toContain('attachment');
    expect.soft((await answer.text()).split('\r\n')[0], list).not.toMatch(/Revenue|Margin|Affiliate/);
    expect.soft((await admin.get(`/affiliate/${list}.csv`)).status(), list).toBe(403);
  }
  const mine = await exported(affiliate, '/affiliate/conversions.csv?period=14d');
  const theirs = await exported(await api('affiliate2'), '/affiliate/conversions.csv?period=14d');
  expect(mine.length).toBeGreaterThan(0);
  const ids = new Set(mine.map((row) => row['Conversion id']));
  expect(theirs.filter((row) => ids.has(row['Conversion id']))).toEqual([]);
  const record = await (await admin.get('/admin/audit?period=today&q=list.export')).text();
  expect(record).toContain('list.export');
});

test('what a spreadsheet would run is text in the file', async ({ api }) => {
  const admin = await api('admin');
  const name = `=HYPERLINK("http://evil.test/${unique('x')}","a,b")`;
  await create(admin, 'affiliate', { name });
  const rows = await exported(admin, '/admin/affiliates.csv');
  expect(rows.map((row) => row['Affiliate'])).toContain(`'${name}`);
});

test('totals are those of all pages, ratios worked out anew, currencies apart', async ({ visit, api }) => {
  const admin = await api('admin');
  const list = new ListPage(await visit('admin'));
  await list.open('/admin/campaigns?period=yesterday&cols=clicks,conversions,cr,revenue,payout');
  const rows = await exported(admin, '/admin/campaigns.csv?period=yesterday&cols=clicks,conversions,cr,revenue,payout');
  const totals = await list.totals();
  const currencies = [...new Set(rows.map((row) => row['Currency']))];
  expect(totals.length).toBe(currencies.length);
  for (const currency of currencies) {
    const line = totals.find(([label = '']) => totals.length === 1 || label.endsWith(currency ?? '')) ?? [];
    const own = rows.filter((row) => row['Currency'] === currency);
    const figures = line.slice(-7).filter((cell) => cell !== '');
    const [clicks = '', conversions = '', cr = '', revenue = '', payout = ''] = figures.slice(-5);
    expect(Number(clicks.replaceAll(',', ''))).toBe(sum(own, 'Clicks') / 100);
    expect(Number(conversions.replaceAll(',', ''))).toBe(sum(own, 'Conversions') / 100);
    expect(minor(revenue)).toBe(sum(own, 'Revenue'));
    expect(minor(payout)).toBe(sum(own, 'Payout'));
    if (sum(own, 'Clicks') > 0) expect(Number(cr.replace(' %', ''))).toBeCloseTo((sum(own, 'Conversions') / sum(own, 'Clicks')) * 100, 1);
  }

  await list.open('/admin/conversions?period=14d&status=rejected');
  const [line = []] = await list.totals();
  expect(line[0]).toContain('rejected, in no sum');
  await expect(list.card.locator('tfoot s').first()).toBeVisible();
});

test('columns are chosen, survive, and the first one stays', async ({ visit }) => {
  const list = new ListPage(await visit('admin'));
  const { page } = list;
  await list.open('/admin/campaigns?sort=-clicks&period=14d');
  const before = await list.headings();
  const menu = await list.menu('Columns');
  await expect(menu.getByRole('checkbox', { name: 'Campaign' })).toBeDisabled();
  await menu.getByRole('checkbox', { name: 'Margin' }).uncheck();
  await menu.getByRole('checkbox', { name: 'Impressions' }).check();
  await menu.getByRole('button', { name: 'Show these' }).click();
  await expect(page).toHaveURL(/cols=name,/);
  await expect(page).toHaveURL(/sort=-clicks/);
  await expect.poll(() => list.headings()).not.toEqual(before);
  const after = await list.headings();
  expect(after).toContain('Impressions');
  expect(after).not.toContain('Margin');
  expect(after[0]).toBe('Campaign');
  expect((await list.totals())[0]?.filter((cell) => cell !== '').length).toBeGreaterThan(3);
  await page.reload();
  expect(await list.headings()).toEqual(after);
  await (await list.menu('Columns')).getByRole('link', { name: 'Usual columns' }).click();
  await expect.poll(() => list.headings()).toEqual(before);
  await list.open('/admin/campaigns?cols=evil');
  expect(await list.headings()).toEqual(before);
});

test('views are saved, shared, opened with the list, changed and deleted', async ({ visit }) => {
  const list = new ListPage(await visit('manager'));
  const { page } = list;
  const name = unique('Paused ones');
  await list.open('/admin/campaigns?status=paused&cols=name,clicks&sort=name');
  let menu = await list.menu('Views');
  await menu.getByLabel('Save what is shown as').fill(name);
  await menu.getByRole('checkbox', { name: 'Share with my colleagues' }).last().check();
  await menu.getByRole('checkbox', { name: 'Open the list with it' }).last().check();
  await menu.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByText('The view is saved.')).toBeVisible();

  // The list opens with it, also from the navigation, and can be had without.
  await list.open('/admin/campaigns');
  await expect(page).toHaveURL(/status=paused/);
  expect(await list.headings()).toEqual(['Campaign', 'Clicks']);
  await list.open('/admin/links');
  await list.place('Campaigns').click();
  await expect(page).toHaveURL(/\/admin\/campaigns\?.*status=paused/);
  await page.goBack();
  await expect(page).toHaveURL(/\/admin\/links/);
  await list.open('/admin/campaigns');
  await page.getByRole('link', { name: /Status: Paused.*remove this filter/ }).click();
  await expect(page).not.toHaveURL(/status=paused/);
  await expect.poll(async () => (await list.names()).length).toBeGreaterThan(1);
  menu = await list.menu('Views');
  await menu.getByRole('link', { name: 'All campaigns' }).click();
  await expect(page).toHaveURL(/view=all/);
  await expect.poll(async () => (await list.headings()).length).toBeGreaterThan(2);

  // Colleagues find it and can open its address; they cannot change it.
  const other = new ListPage(await visit('admin'));
  await other.open('/admin/campaigns');
  await expect(other.page).not.toHaveURL(/status=/);
  const theirs = await other.menu('Views');
  await expect(theirs.getByRole('listitem').filter({ hasText: name })).toContainText('by ');
  await expect(theirs.getByRole('listitem').filter({ hasText: name }).getByText('Edit')).toHaveCount(0);

  menu = await list.menu('Views');
  const own = menu.getByRole('listitem').filter({ hasText: name });
  await own.getByText('Edit').click();
  const link = (await own.locator('a.view-link').getAttribute('href')) ?? '';
  expect(link).toMatch(/\/admin\/campaigns\?view=view_\w+/);
  await other.open(link);
  await expect(other.page).toHaveURL(/status=paused/);
  const renamed = unique('Renamed');
  await own.getByLabel('Name').fill(renamed);
  await own.getByRole('button', { name: 'Save changes' }).click();
  await expect(page.getByText('The view is changed.')).toBeVisible();
  // The message may be there before the list that it is about.
  await expect(menu).toContainText(renamed);
  menu = await list.menu('Views');
  const changed = menu.getByRole('listitem').filter({ hasText: renamed });
  if (!(await changed.getByRole('button', { name: 'Delete' }).isVisible())) await changed.getByText('Edit').click();
  await changed.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('The view is deleted.')).toBeVisible();
  await list.open('/admin/campaigns');
  await expect(page).not.toHaveURL(/status=/);
  await other.open(link);
  await expect(other.page).not.toHaveURL(/status=paused/);
});

test('a list can be worked with while it is fetched again', async ({ visit, api }) => {
  const { advertiser } = await campaigns(await api('admin'), 3);
  const list = new ListPage(await visit('admin'));
  const { page } = list;
  await list.open(`/admin/campaigns?advertiser=${advertiser}`);
  await expect(list.rows).toHaveCount(3);
  const gate = await Gate.before(page, '**/fn/list*');
  await list.header('Payout').getByRole('link').click();
  await gate.reached();
  const bar = page.locator('.bulk-bar');
  await list.rows.getByRole('checkbox').nth(1).check();
  await expect(bar).toContainText('1 selected');
  await page.getByRole('checkbox', { name: 'Select all on this page' }).check();
  await expect(bar).toContainText('3 selected');
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await list.rows.getByRole('checkbox').first().check();
  gate.open();
  // What comes takes the place of what was: nothing of it is ticked.
  await expect(page.locator('.load.pending')).toHaveCount(0);
  await expect(list.sorted).toHaveAttribute('aria-sort', 'descending');
  await expect(bar).toBeHidden();
});

test('many campaigns are paused after a question that names them, and each is on record', async ({ visit, api }) => {
  const admin = await api('admin');
  const { advertiser, ids, names } = await campaigns(admin, 4);
  const list = new ListPage(await visit('admin'));
  const { page } = list;
  await list.open(`/admin/campaigns?advertiser=${advertiser}&sort=name`);
  await expect(list.rows).toHaveCount(4);
  const boxes = list.rows.getByRole('checkbox');
  const bar = page.locator('.bulk-bar');
  await expect(bar).toBeHidden();

  await boxes.nth(0).check();
  await expect(bar).toContainText('1 selected');
  await boxes.nth(2).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('3 selected');
  const head = page.getByRole('checkbox', { name: 'Select all on this page' });
  expect(await head.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await head.check();
  await expect(bar).toContainText('4 selected');
  await boxes.nth(3).uncheck();

  const dialog = page.getByRole('dialog');
  await bar.locator('summary', { hasText: 'Pause…' }).click();
  await expect(dialog).toContainText('Pause 3 campaigns');
  for (const name of (await list.names()).slice(0, 3)) await expect(dialog).toContainText(name);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(list.rows.filter({ hasText: 'Active' })).toHaveCount(4);

  await bar.locator('summary', { hasText: 'Pause…' }).click();
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('3 paused.')).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(list.rows.filter({ hasText: 'Paused' })).toHaveCount(3);
  await expect(bar).toBeHidden();

  // What is so already is said.
  await head.check();
  await bar.locator('summary', { hasText: 'Pause…' }).click();
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('1 paused. 3 skipped: 3 paused already.')).toBeVisible();
  for (const id of ids) {
    const record = await (await admin.get(`/admin/audit?period=today&q=${id}`)).text();
    expect.soft(record, id).toContain('campaign.status');
  }
  expect(names.length).toBe(4);
});

test('many conversions are approved; a rejection wants its reason', async ({ visit }) => {
  const page = await visit('admin', { tolerate: /status of 422/ });
  const list = new ListPage(page);
  await list.open('/admin/conversions?period=14d&status=pending&sort=received');
  const names = await list.names();
  const bar = page.locator('.bulk-bar');
  const dialog = page.getByRole('dialog');
  for (const n of [0, 1]) await list.rows.getByRole('checkbox').nth(n).check();
  await bar.locator('summary', { hasText: 'Reject…' }).click();
  await expect(dialog).toContainText(/Reject 2 conversions: .*\$|€/);
  await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
  await expect(page.getByText('Choose a reason.').first()).toBeVisible();
  await list.open('/admin/conversions?period=14d&status=pending&sort=received');
  expect(await list.names()).toEqual(names);

  for (const n of [0, 1]) await list.rows.getByRole('checkbox').nth(n).check();
  await bar.locator('summary', { hasText: 'Approve…' }).click();
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(page.getByText('2 approved.')).toBeVisible();
  await expect.poll(() => list.names()).not.toContain(names[0]);
});

test('without scripts: columns, several values, pages, views and many rows', async ({ visit, api }) => {
  const page = await visit('admin', { javaScriptEnabled: false });
  const list = new ListPage(page, false);
  await list.open('/admin/conversions?period=14d');
  const all = await list.total();
  await list.choose('status', 'pending', 'approved');
  await list.sendFilters();
  expect(await list.total()).toBeLessThan(all);
  const narrowed = await list.total();
  await list.header('Received').getByRole('link').click();
  await expect(page).toHaveURL(/status=pending,approved/);
  expect(await list.total()).toBe(narrowed);
  const menu = await list.menu('Columns');
  await menu.getByRole('checkbox', { name: 'Payout' }).uncheck();
  await menu.getByRole('button', { name: 'Show these' }).click();
  expect(await list.headings()).not.toContain('Payout');
  expect(await list.total()).toBe(narrowed);
  const first = await list.text();
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL(/page=2/);
  expect(await list.text()).not.toEqual(first);
  expect(await list.headings()).not.toContain('Payout');
  // Past the end there is the last page.
  await list.open('/admin/conversions?period=14d&page=9999');
  expect((await list.text()).length).toBeGreaterThan(0);

  const { advertiser } = await campaigns(await api('admin'), 2);
  await list.open(`/admin/campaigns?advertiser=${advertiser}`);
  for (const box of await list.rows.getByRole('checkbox').all()) await box.check();
  const bar = page.locator('.bulk-bar');
  await bar.locator('summary', { hasText: 'Pause…' }).click();
  await bar.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('2 paused.')).toBeVisible();
  await expect(list.rows.filter({ hasText: 'Paused' })).toHaveCount(2);

  const name = unique('Plain view');
  const views = await list.menu('Views');
  await views.getByLabel('Save what is shown as').fill(name);
  await views.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByText('The view is saved.')).toBeVisible();
  const saved = (await list.menu('Views')).getByRole('listitem').filter({ hasText: name });
  await saved.getByText('Edit').click();
  await saved.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('The view is deleted.')).toBeVisible();
});

test('what is named exactly is found whatever the period', async ({ visit, api }) => {
  const rows = await exported(await api('admin'), '/admin/conversions.csv?period=14d&sort=received');
  const oldest = rows[0] ?? {};
  const list = new ListPage(await visit('admin'));
  for (const q of [oldest['Conversion id'], oldest['Transaction id']]) {
    await list.open(`/admin/conversions?period=today&q=${encodeURIComponent(q ?? '')}`);
    await expect(list.rows).toHaveCount(1);
    await expect(list.rows.first()).toContainText(oldest['Transaction id'] ?? '');
  }
});
