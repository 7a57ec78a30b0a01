/** Currencies with no, two and three decimal places: each with its own digits everywhere, and never added to another. */
import { AffiliateOverview } from '../pages/affiliate.ts';
import { ConversionPage } from '../pages/conversion.ts';
import { ListPage } from '../pages/list.ts';
import { Report } from '../pages/report.ts';
import { newPerson } from '../support/command.ts';
import { create, newCampaign, newLink, order } from '../support/make.ts';
import { expect, test } from '../support/test.ts';
import { type Login, unique, world } from '../support/world.ts';

test.describe.configure({ mode: 'serial' });

const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36' };

const escape = (text: string) => text.replace(/[$.]/g, '\\$&');

interface Sale {
  currency: string;
  /** As it is reported; all of it is revenue. */
  amount: string;
  revenue: string;
  /** Half of it, rounded half to even. */
  payout: string;
  /** Nothing at all, as it is shown. */
  none: string;
  /** One place too many. */
  tooFine: string;
}

const SALES: Sale[] = [
  { currency: 'EUR', amount: '1234.50', revenue: '€1,234.50', payout: '€617.25', none: '€0.00', tooFine: '1.005' },
  { currency: 'JPY', amount: '12345', revenue: '¥12,345', payout: '¥6,172', none: '¥0', tooFine: '12.5' },
  { currency: 'USD', amount: '99.99', revenue: '$99.99', payout: '$50.00', none: '$0.00', tooFine: '0.001' },
  { currency: 'KWD', amount: '45.678', revenue: 'KWD 45.678', payout: 'KWD 22.839', none: 'KWD 0.000', tooFine: '1.2345' },
];

let advertiser: string;
let affiliate: string;
let login: Login;
const made = new Map<string, { campaign: string; conversion: string; txid: string; click: string; url: string }>();
const of = (sale: Sale) => made.get(sale.currency)!;

test.beforeAll(async ({ playwright, sessionOf }) => {
  const admin = await playwright.request.newContext({ baseURL: world().consoleUrl, maxRedirects: 0, storageState: await sessionOf('admin') });
  const visitor = await playwright.request.newContext({ maxRedirects: 0, extraHTTPHeaders: BROWSER });
  advertiser = await create(admin, 'advertiser', { name: unique('World Shop') });
  affiliate = await create(admin, 'affiliate', { name: unique('World Media'), status: 'active' });
  login = await newPerson('affiliate', unique('World Person'), affiliate);
  for (const sale of SALES) {
    const campaign = await newCampaign(admin, {
      advertiser,
      name: unique(`In ${sale.currency}`),
      currency: sale.currency,
      revenue_kind: 'share',
      revenue_value: '100',
      payout_kind: 'share',
      payout_value: '50',
    });
    const { url } = await newLink(admin, campaign, affiliate);
    made.set(sale.currency, { campaign, url, ...(await order(visitor, url, { amount: sale.amount })) });
  }
  // Everything is counted.
  await expect
    .poll(async () => (await admin.get(`/admin/conversions/${of(SALES.at(-1)!).conversion}`)).status(), { timeout: 20_000 })
    .toBe(200);
  await admin.dispose();
  await visitor.dispose();
});

test('the list of conversions, its totals and its file', async ({ visit, api }) => {
  const list = new ListPage(await visit('admin'));
  await list.open(`/admin/conversions?affiliate=${affiliate}&period=today`);
  await expect(list.rows).toHaveCount(SALES.length);
  for (const sale of SALES) {
    const row = list.rows.filter({ hasText: of(sale).txid });
    await expect(row).toContainText(sale.revenue);
    await expect(row).toContainText(sale.payout);
  }
  const totals = await list.totals();
  expect(totals).toHaveLength(SALES.length);
  for (const sale of SALES) {
    const line = totals.find(([label = '']) => label.endsWith(`in ${sale.currency}`)) ?? [];
    expect(line, sale.currency).toContain(sale.revenue);
    expect(line, sale.currency).toContain(sale.payout);
  }
  const file = await (await (await api('admin')).get(`/admin/conversions.csv?affiliate=${affiliate}&period=today&cols=txid,revenue,payout`)).text();
  for (const sale of SALES) expect(file).toMatch(new RegExp(`${of(sale).txid}.*,${escape(sale.amount)},.*,${sale.currency}\\r\\n`));
});

for (const sale of SALES) {
  test(`pages in ${sale.currency}`, async ({ visit, api }) => {
    const page = await visit('admin');
    const detail = new ConversionPage(page);
    await detail.open(`/admin/conversions/${of(sale).conversion}`);
    const fact = (name: string) => page.locator('.fact').filter({ has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) }).locator('dd');
    await expect(fact('Revenue')).toHaveText(sale.revenue);
    await expect(fact('Payout')).toHaveText(sale.payout);
    await expect(fact('Reported amount')).toHaveText(`${sale.amount} ${sale.currency}`);
    await expect(detail.ledger).toContainText(sale.revenue);
    await expect(detail.ledger).toContainText(sale.payout);

    const report = new Report(page);
    await report.open(`/admin/campaigns/${of(sale).campaign}?period=today&metric=revenue`);
    await expect(report.tile('revenue').locator('.val')).toHaveText(sale.revenue);
    await expect(report.tile('payout').locator('.val')).toHaveText(sale.payout);
    await expect(report.chart.getByRole('img')).toHaveAccessibleName(new RegExp(`: ${escape(sale.revenue)}`));
    const digits = new RegExp(`^(${escape(sale.none)}|${escape(sale.revenue)})$`);
    await expect(async () => {
      await report.plot.focus();
      await page.keyboard.press('Home');
      await expect(report.tooltip.locator('em').first()).toHaveText(digits, { timeout: 1_000 });
    }).toPass();
    // What the currency cannot be divided into is no amount of it.
    const refused = await (await api(null, BROWSER)).get(
      `${world().edgeUrl}/postback?click_id=${of(sale).click}&txid=${unique('fine').replaceAll(' ', '-')}&amount=${sale.tooFine}`,
    );
    expect(refused.status(), await refused.text()).toBe(400);
  });
}

test('pages of accounts say which money is not in their figures, and add none up', async ({ visit }) => {
  const page = await visit('admin');
  const report = new Report(page);
  for (const [who, id] of [['affiliates', affiliate], ['advertisers', advertiser]] as const) {
    await report.open(`/admin/${who}/${id}?period=today`);
    await expect(report.tile('revenue').locator('.val')).toHaveText('$99.99');
    await expect(report.main.getByRole('status').filter({ hasText: 'in USD' })).toContainText('Amounts in EUR, JPY, KWD are listed, never added');
  }
  await report.open(`/admin/advertisers/${advertiser}?period=today`);
  for (const sale of SALES) await expect(report.main.getByRole('row').filter({ hasText: `In ${sale.currency} ` })).toContainText(sale.revenue);
  await expect(report.main.locator('.facts')).toContainText([/./, 'Accrued (EUR)']);
  await report.open(`/admin/affiliates/${affiliate}?period=today`);
  for (const sale of SALES) await expect(report.main.locator('.fact').filter({ hasText: `(${sale.currency})` }).first()).toContainText(sale.payout);

  await report.open('/admin?period=today');
  const note = report.main.getByRole('status').filter({ hasText: 'never added' });
  for (const code of ['EUR', 'JPY', 'KWD']) await expect(note).toContainText(code);
  for (const code of ['USD', 'EUR', 'JPY', 'KWD']) await expect(report.main.locator('tfoot')).toContainText(`in ${code}`);
  await expect(report.main.locator('tfoot tr').filter({ hasText: 'in JPY' })).toContainText(/¥[\d,]+(?![.\d])/);
  await expect(report.main.locator('tfoot tr').filter({ hasText: 'in KWD' })).toContainText(/KWD [\d,]+\.\d{3}(?!\d)/);
});

test("the affiliate's own portal", async ({ visit }) => {
  const page = await visit(login);
  const overview = new AffiliateOverview(page);
  await overview.open('/affiliate?period=today');
  for (const sale of SALES) {
    await expect(overview.balance('pending', sale.currency)).toHaveText(sale.payout);
    await expect(overview.balance('approved', sale.currency)).toHaveText(sale.none);
  }
  await expect(overview.main.getByRole('status').filter({ hasText: 'never added' })).toHaveCount(1);
  const list = new ListPage(page);
  await list.open('/affiliate/conversions?period=today&status=pending');
  await expect(list.rows).toHaveCount(SALES.length);
  for (const sale of SALES) await expect(list.rows.filter({ hasText: sale.payout })).toHaveCount(1);
  expect(await list.totals()).toHaveLength(SALES.length);
});

test('approved money moves in its own currency', async ({ visit, api }) => {
  const admin = await api('admin');
  for (const sale of SALES.filter(({ currency }) => ['JPY', 'KWD'].includes(currency))) {
    const answer = await admin.post('/fn/decide_conversions', { form: { 'ids[0]': of(sale).conversion, decision: 'approve', back: '/admin/conversions' } });
    expect(answer.status()).toBeLessThan(400);
  }
  const overview = new AffiliateOverview(await visit(login));
  await overview.open('/affiliate?period=today');
  for (const sale of SALES) {
    const approved = ['JPY', 'KWD'].includes(sale.currency);
    await expect(overview.balance('approved', sale.currency)).toHaveText(approved ? sale.payout : sale.none);
    await expect(overview.balance('pending', sale.currency)).toHaveText(approved ? sale.none : sale.payout);
  }
});
