/** Lists: the address is the whole state. */
import { ListPage } from '../pages/list.ts';
import { newPerson, reader } from '../support/command.ts';
import { create, newCampaign } from '../support/make.ts';
import { expect, test } from '../support/test.ts';
import { unique } from '../support/world.ts';

test('filter, order and period are in the address, and the address alone brings them back', async ({ visit }) => {
  const who = await reader();
  const list = new ListPage(await visit(who));
  const { page } = list;
  await list.open('/admin/links');
  const all = await list.total();
  // One of the demo network: others come and go while this runs.
  const option = list.filter('campaign').getByRole('option', { name: 'PetBox Monthly', exact: true });
  const campaign = await option.getAttribute('value');
  await list.filter('campaign').selectOption(campaign);
  await expect(page).toHaveURL(new RegExp(`campaign=${campaign}`));
  await expect.poll(() => list.total()).toBeLessThan(all);
  await list.header('Conv.').getByRole('link').click();
  await expect(page).toHaveURL(/sort=-conversions/);
  await list.period.selectOption('14d');
  await expect(page).toHaveURL(/period=14d/);
  await expect(page).toHaveURL(new RegExp(`campaign=${campaign}`));
  await expect(page).toHaveURL(/sort=-conversions/);
  await expect(list.sorted).toHaveCount(1);
  await expect(list.sorted).toHaveAttribute('aria-sort', 'descending');
  await expect(page.locator('.load.pending')).toHaveCount(0);
  const shown = await list.text();
  expect(shown.length).toBeGreaterThan(0);

  await page.reload();
  expect(await list.text()).toEqual(shown);
  const elsewhere = new ListPage(await visit(who));
  await elsewhere.open(page.url());
  expect(await elsewhere.text()).toEqual(shown);

  await test.step('the way back undoes one thing at a time', async () => {
    await list.open(page.url());
    await page.getByRole('link', { name: /remove this filter/ }).click();
    await expect(page).not.toHaveURL(/campaign=/);
    await expect.poll(() => list.total()).toBeGreaterThanOrEqual(all);
    await page.goBack();
    await expect(page).toHaveURL(new RegExp(`campaign=${campaign}`));
    await expect.poll(() => list.text()).toEqual(shown);
    await expect(list.filter('campaign')).toHaveValue(campaign ?? '');
  });
});

test('pages of a list follow each other, and a filter starts over', async ({ visit }) => {
  const list = new ListPage(await visit('admin'));
  const { page } = list;
  await list.open('/admin/conversions?period=14d');
  const total = await list.total();
  const first = await list.text();
  expect(total).toBeGreaterThan(first.length);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Next' }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect.poll(() => list.text()).not.toEqual(first);
  const second = await list.text();
  expect(second.filter((row) => first.includes(row))).toEqual([]);
  await list.choose('status', 'approved');
  await expect(page).toHaveURL(/status=approved/);
  await expect(page).not.toHaveURL(/page=/);
});

test('nothing found and nonsense in the address are no errors', async ({ visit, api }) => {
  const list = new ListPage(await visit('admin'));
  expect(await list.open('/admin/affiliates?q=nobody-is-called-this')).toBe(200);
  await expect(list.main).toContainText('Nothing matches');
  await list.main.getByRole('link', { name: 'Clear filters' }).click();
  await expect(list.page).toHaveURL(/\/admin\/affiliates$/);
  await expect.poll(() => list.rows.count()).toBeGreaterThan(3);

  const admin = await api('admin');
  const nonsense = [
    "page=-5&sort='--&period=%F0%9F%98%80&status=%00&q=%ff%fe",
    'page=99999999999999999999&sort=-nothing&period=custom&from=2026-02-30&to=x',
    'period=custom&from=0001-01-01&to=9999-12-31',
    "q=';DROP TABLE campaigns;--&campaign=camp_x&affiliate=%27&advertiser=%22",
    `q=${'x'.repeat(4000)}`,
    '&&&===&q',
  ];
  for (const list of ['', '/campaigns', '/links', '/affiliates', '/advertisers', '/conversions', '/clicks']) {
    for (const query of nonsense) {
      expect.soft((await admin.get(`/admin${list}?${query}`)).status(), `/admin${list}?${query.slice(0, 60)}`).toBe(200);
    }
  }
  const affiliate = await api('affiliate');
  for (const list of ['', '/campaigns', '/links', '/conversions', '/subs']) {
    for (const query of [...nonsense, 'sub=99', 'sub=-1', 'sub=x']) {
      expect.soft((await affiliate.get(`/affiliate${list}?${query}`)).status(), `/affiliate${list}?${query.slice(0, 60)}`).toBe(200);
    }
  }
});

test('who has nothing yet is told what will be here and what to do first', async ({ visit, api }) => {
  const admin = await api('admin');
  const owner = await create(admin, 'affiliate', { name: unique('Newcomer'), status: 'active' });
  const mine = new ListPage(await visit(await newPerson('affiliate', unique('Newcomer'), owner)));
  for (const [address, title, action] of [
    ['/affiliate', 'No links yet', 'See campaigns'],
    ['/affiliate/links', 'No links yet', 'See campaigns'],
    ['/affiliate/conversions', 'No conversions yet', ''],
    ['/affiliate/subs', 'No', ''],
  ] as const) {
    await mine.open(address);
    const empty = mine.main.locator('.empty').filter({ hasText: title }).first();
    await expect(empty.locator('p'), address).not.toBeEmpty();
    await expect(empty, address).not.toContainText('Nothing matches');
    if (action) await expect(empty.getByRole('link', { name: action }), address).toHaveAttribute('href', '/affiliate/campaigns');
  }
  // Nothing in a period is not nothing at all.
  const campaign = await newCampaign(admin);
  const theirs = new ListPage(await visit('admin'));
  await theirs.open(`/admin/campaigns/${campaign}`);
  await expect(theirs.main.locator('.empty').filter({ hasText: 'No links yet' })).toBeVisible();
});
