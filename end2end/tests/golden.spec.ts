/** The whole path: from a new advertiser to approved money in an affiliate's account. */
import { AdvertiserForm, AffiliateForm, CampaignForm } from '../pages/forms.ts';
import { AffiliateCampaigns, AffiliateOverview } from '../pages/affiliate.ts';
import { ConversionPage } from '../pages/conversion.ts';
import { ListPage } from '../pages/list.ts';
import { LoginPage } from '../pages/login.ts';
import { Portal } from '../pages/portal.ts';
import { type Landing, openLanding } from '../support/landing.ts';
import { expect, test } from '../support/test.ts';
import { loginOf, unique, world } from '../support/world.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
/** From a report to everybody's screen. */
const SECONDS = { timeout: 5_000, intervals: [200] };

let landing: Landing;
test.beforeAll(async () => {
  landing = await openLanding();
});
test.afterAll(() => landing.close());

test('a click becomes approved money, once', async ({ visit, api }) => {
  test.setTimeout(120_000);
  const advertiser = unique('Golden Shop');
  const campaign = unique('Golden Offer');
  const affiliate = unique('Golden Media');
  const login = { email: `${unique('golden').replace(' ', '.')}@media.example`, password: 'correct horse battery' };

  const admin = await visit(null);
  await test.step('an administrator signs in and sets everything up', async () => {
    await new LoginPage(admin).signIn(loginOf('admin'));
    await expect(new Portal(admin).heading).toHaveText('Overview');
    await new AdvertiserForm(admin).createNew({
      Name: advertiser,
      'Contact email': 'orders@shop.example',
      Website: 'https://shop.example',
    });
    await expect(new Portal(admin).heading).toHaveText(advertiser);
    await new CampaignForm(admin).createNew({
      Advertiser: advertiser,
      Name: campaign,
      Status: 'Active',
      Visibility: 'Public',
      Currency: 'USD',
      'Destination URL': `${landing.url}/welcome?click_id={click_id}`,
      'Goal code': 'sale',
      'Goal name': 'Sale',
      Revenue: '10.00',
      Payout: '6.00',
    });
    await expect(new Portal(admin).heading).toHaveText(campaign);
    await new AffiliateForm(admin).createNew({
      Name: affiliate,
      'Contact email': login.email,
      Country: 'DE',
      Status: 'Active',
      'Sign-in email': login.email,
      'Sign-in password': login.password,
    });
    await expect(new Portal(admin).heading).toHaveText(affiliate);
  });

  const partner = await visit(null);
  let link = '';
  await test.step('the affiliate signs in and takes the link', async () => {
    await new LoginPage(partner).signIn(login);
    const overview = new AffiliateOverview(partner);
    await expect(overview.balance('pending')).toHaveText('$0.00');
    await expect(overview.balance('approved')).toHaveText('$0.00');
    link = await new AffiliateCampaigns(partner).takeLink(campaign);
    expect(link).toMatch(new RegExp(`^${world().edgeUrl}/c/[A-Za-z0-9_-]{3,40}$`));
  });

  const visitor = await api(null, { 'user-agent': BROWSER });
  let clickId = '';
  await test.step('a visitor follows the link', async () => {
    // HEAD is answered like GET and not counted.
    await expect.poll(async () => (await visitor.head(link)).status(), SECONDS).toBe(302);
    const click = await visitor.get(link);
    expect(click.status()).toBe(302);
    expect(click.headers()['cache-control']).toContain('no-store');
    expect(click.headers()['location']).toMatch(new RegExp(`^${landing.url}/welcome\\?click_id=[A-Za-z0-9_-]{20,48}$`));

    const shopper = await visit(null, { userAgent: BROWSER });
    await shopper.goto(link);
    expect(new URL(shopper.url()).origin).toBe(landing.url);
    clickId = (await shopper.locator('#click').innerText()).trim();
    expect(clickId).toMatch(/^[A-Za-z0-9_-]{20,48}$/);
    expect(click.headers()['location']).not.toContain(clickId);
  });

  const txid = unique('order').replace(' ', '-');
  const report = `${world().edgeUrl}/postback?click_id=${clickId}&txid=${txid}`;
  let conversionId = '';
  await test.step('the shop reports the order', async () => {
    const answer = await visitor.get(report);
    expect(answer.status()).toBe(200);
    const said = (await answer.json()) as { status: string; conversion_id: string };
    expect(said.status).toBe('accepted');
    expect(said.conversion_id).toMatch(/^conv_/);
    conversionId = said.conversion_id;
  });

  const overview = new AffiliateOverview(partner);
  await test.step('within seconds the affiliate sees clicks, conversion and money', async () => {
    await expect
      .poll(async () => {
        await overview.open('/affiliate');
        return overview.balance('pending').innerText();
      }, SECONDS)
      .toBe('$6.00');
    await expect(overview.balance('approved')).toHaveText('$0.00');
    await expect
      .poll(async () => {
        await overview.open('/affiliate?period=today');
        return [await overview.figure('Clicks').innerText(), await overview.figure('Conversions').innerText()];
      }, SECONDS)
      .toEqual(['2', '1']);
    const list = new ListPage(partner);
    await list.open('/affiliate/conversions');
    await expect(list.rows).toHaveCount(1);
    await expect(list.rows).toContainText(['Pending']);
    await expect(list.rows).toContainText(['$6.00']);
  });

  await test.step('the same report again is a duplicate and counts once', async () => {
    const answer = await visitor.get(report);
    expect(answer.status()).toBe(200);
    expect(await answer.json()).toEqual({ status: 'accepted', conversion_id: conversionId, duplicate: true });
  });

  await test.step('an administrator approves', async () => {
    const list = new ListPage(admin);
    await list.open(`/admin/conversions?q=${txid}`);
    await expect(list.rows).toHaveCount(1);
    const detail = new ConversionPage(admin);
    await detail.openByTxid(txid);
    expect(admin.url()).toContain(conversionId);
    await expect(detail.status).toHaveText('Pending');
    const received = await detail.sums();
    expect(received.debit).toBe(received.credit);
    expect(received.debit).toBeGreaterThan(0);
    await detail.approve();
    await expect(admin.getByText('Approved', { exact: true }).first()).toBeVisible();
    await detail.open(`/admin/conversions/${conversionId}`);
    await expect(detail.status).toHaveText('Approved');
    const approved = await detail.sums();
    expect(approved.debit).toBe(approved.credit);
    expect(approved.lines).toBeGreaterThan(received.lines);
  });

  await test.step('the money moves from pending to approved', async () => {
    await expect
      .poll(async () => {
        await overview.open('/affiliate');
        return overview.balance('approved').innerText();
      }, SECONDS)
      .toBe('$6.00');
    await expect(overview.balance('pending')).toHaveText('$0.00');
  });

  await test.step('the books are in order', async () => {
    const health = new Portal(admin);
    expect(await health.open('/admin/health')).toBe(200);
    const failed = health.main.locator('.badge.bad');
    expect(await failed.allInnerTexts()).toEqual([]);
    const list = new ListPage(partner);
    await list.open('/affiliate/conversions');
    await expect(list.rows).toHaveCount(1);
    await expect(list.rows).toContainText(['Approved']);
  });
});
