/** What forms are not meant to get: never an error of ours, never markup, always an answer at the field. */
import { AdvertiserForm, AffiliateForm, CampaignForm, Form } from '../pages/forms.ts';
import { ListPage } from '../pages/list.ts';
import { LoginPage } from '../pages/login.ts';
import { type APIRequestContext, type Page, expect, test } from '../support/test.ts';
import { unique, world } from '../support/world.ts';

const HOSTILE: Record<string, string> = {
  sql: `'; DROP TABLE advertisers; --`,
  'sql with a union': `" UNION SELECT email, password_hash FROM users WHERE '1'='1`,
  html: `<script>window.hacked = true</script><img src=x onerror="window.hacked=true">`,
  template: '{{7*7}} ${7*7} <%= 7*7 %> {click_id} %s %n %d',
  'control characters': 'a\u0000b\u0001c\u0007d\u001be\u007f',
  'line breaks': 'one\r\nSet-Cookie: x=1\r\n\r\n<b>two</b>',
  'ten thousand characters': 'x'.repeat(10_000),
  'ten thousand emoji': '🦊'.repeat(10_000),
  emoji: '👩‍👩‍👧‍👦 Ünïcödé 漢字 🚀',
  'right to left': '\u202eمتجر الاختبار\u202c שלום',
  'combining marks': 'Z̷̛͕̈́a̶̮͑l̵̰̈g̶̣̐o̵͉͝',
  empty: '',
  spaces: '  \u00a0\u2003 ',
  path: '../../../../etc/passwd',
  number: '-99999999999999999999999999999.999999',
  'not a number': '12,3x',
};

/** Fields of each form that creates something, with values that are taken. */
const FORMS: Record<string, Record<string, string>> = {
  create_advertiser: { name: 'Fine', status: 'active', contact_email: 'a@b.example', website: 'https://b.example', notes: 'n' },
  create_affiliate: {
    name: 'Fine',
    status: 'active',
    contact_email: 'a@b.example',
    country: 'DE',
    notes: 'n',
    user_email: '',
    user_password: '',
  },
  create_campaign: {
    advertiser: 'adv_1',
    name: 'Fine',
    description: 'd',
    status: 'draft',
    visibility: 'public',
    currency: 'USD',
    destination_url: 'https://b.example/?c={click_id}',
    deep_link_hosts: '',
    pass_through: 'true',
    attribution_window_days: '30',
    postback_token: '',
    goal_code: 'sale',
    goal_name: 'Sale',
    revenue_kind: 'fixed',
    revenue_value: '1.00',
    payout_kind: 'fixed',
    payout_value: '1.00',
  },
  create_link: { campaign: 'camp_1', affiliate: 'aff_1', destination_url: 'https://b.example/' },
  add_goal: { code: 'extra', name: 'Extra', revenue_kind: 'fixed', revenue_value: '1.00', payout_kind: 'fixed', payout_value: '1.00' },
};

function draft(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`draft[${name}]`, value]));
}

async function expectAnAnswer(admin: APIRequestContext, url: string, form: Record<string, string>, what: string): Promise<void> {
  const answer = await admin.post(url, { form });
  const text = await answer.text();
  expect.soft(answer.status(), `${what}: ${text.slice(0, 300)}`).toBeLessThan(500);
  expect.soft(text, what).not.toMatch(/panicked|sqlx|RUST_BACKTRACE|constraint/);
}

for (const [endpoint, fields] of Object.entries(FORMS)) {
  test(`each field of ${endpoint} survives everything`, async ({ api }) => {
    const admin = await api('admin');
    const campaign = world().demo.links[0]?.campaign_id ?? '';
    for (const field of Object.keys(fields)) {
      for (const [kind, text] of Object.entries(HOSTILE)) {
        // A name of its own, so that taken names do not hide what the field does.
        const values = { ...fields, ...(fields['name'] ? { name: unique('Hostile') } : {}), [field]: text };
        await expectAnAnswer(admin, `/fn/${endpoint}`, { campaign, ...draft(values) }, `${endpoint}, ${field}: ${kind}`);
      }
    }
  });
}

test('the forms without drafts survive everything', async ({ api }) => {
  const admin = await api('admin');
  const nobody = await api(null);
  for (const [kind, text] of Object.entries(HOSTILE)) {
    const decide = { 'ids[0]': text, decision: text, reason: text, note: text, back: text };
    await expectAnAnswer(admin, '/fn/decide_conversions', decide, `decide: ${kind}`);
    for (const what of ['campaign', 'advertiser', 'affiliate', 'link']) {
      await expectAnAnswer(admin, `/fn/set_${what}_status`, { id: text, status: text, back: text }, `${what} status: ${kind}`);
    }
    await expectAnAnswer(admin, '/fn/find_click', { id: text }, `click: ${kind}`);
    await expectAnAnswer(nobody, '/fn/set_theme', { theme: text }, `theme: ${kind}`);
    for (const list of ['campaigns', 'links', 'affiliates', 'advertisers', 'conversions', 'clicks']) {
      const answer = await admin.get(`/admin/${list}?q=${encodeURIComponent(text)}&status=${encodeURIComponent(text.slice(0, 200))}`);
      expect.soft(answer.status(), `/admin/${list}?q=…: ${kind}`).toBeLessThan(500);
    }
  }
});

test('the login page survives everything', async ({ api }) => {
  const nobody = await api(null);
  for (const [kind, text] of Object.entries(HOSTILE)) {
    // Few enough attempts not to meet the limit for one address.
    await expectAnAnswer(nobody, '/fn/sign_in', { email: text, password: text, next: text }, `sign-in: ${kind}`);
  }
  const broken = await nobody.post('/fn/sign_in', { data: Buffer.from([0xff, 0xfe, 0x00]), headers: { 'content-type': 'application/json' } });
  expect(broken.status()).toBeLessThan(500);
});

test('a body that is too large is refused', async ({ api }) => {
  const admin = await api('admin');
  const answer = await admin.post('/fn/create_advertiser', { form: { 'draft[name]': 'x'.repeat(3_000_000) } });
  expect(answer.status()).toBe(413);
});

test('addresses that are not for the web are refused at the field', async ({ visit, api }) => {
  const admin = await api('admin');
  const wrong = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)//https://x.example',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'ftp://b.example/',
    '//b.example/',
    'https://{sub1}/',
    'https://user:pass@b.example/',
    'https://b.example/{unknown}',
    'https://b.example/\r\nSet-Cookie: a=b',
  ];
  for (const url of wrong) {
    const answer = await admin.post('/fn/create_campaign', { form: draft({ ...FORMS['create_campaign'], destination_url: url }) });
    expect.soft(answer.status(), url).toBe(422);
    const said = (await answer.json()) as { fields?: Record<string, string> };
    expect.soft(said.fields?.['destination_url'], url).toBeTruthy();
  }
  for (const url of wrong.slice(0, 4)) {
    const answer = await admin.post('/fn/create_advertiser', { form: draft({ ...FORMS['create_advertiser'], website: url }) });
    expect.soft(answer.status(), `website ${url}`).toBe(422);
  }

  const form = new CampaignForm(await visit('admin', { tolerate: /status of 422/ }));
  await form.open(CampaignForm.address);
  const name = unique('Wrong way');
  await form.fill({ Name: name, 'Destination URL': 'javascript:alert(document.cookie)', Revenue: '1', Payout: '1' });
  await form.submit(CampaignForm.button);
  await expect(form.summary.first()).toBeVisible();
  await expect(form.field('Destination URL')).toHaveAttribute('aria-invalid', 'true');
  expect(await form.messageOf('Destination URL')).toContain('https://');
  await expect(form.field('Advertiser')).toHaveAttribute('aria-invalid', 'true');
  await expect(form.field('Name')).toHaveValue(name);
  await expect(form.field('Destination URL')).toHaveValue('javascript:alert(document.cookie)');
  await expect(form.summary.first()).toBeFocused();
});

/** Elements that were meant to be text. */
function injected(page: Page) {
  return page.locator('#main script, h1 script, img[src=x]').or(page.locator('script', { hasText: /^window\.hacked ?= ?true$/ }));
}

/** Names that are allowed, however odd, and have to come out as they went in. */
const NAMES: Record<string, string> = {
  markup: `</title><script>window.hacked=true</script><img src=x onerror="window.hacked=true">&amp;"'`,
  emoji: '👩‍👩‍👧‍👦 Ünïcödé 漢字 🚀',
  'right to left': 'متجر الاختبار שלום',
  'a long word': 'W'.repeat(150),
  sql: `Robert'); DROP TABLE affiliates;--`,
};

for (const [kind, text] of Object.entries(NAMES)) {
  for (const scripts of [true, false]) {
    test(`a name of ${kind} is shown as it is${scripts ? '' : ', without JavaScript'}`, async ({ visit }) => {
      const page = await visit('admin', { javaScriptEnabled: scripts, viewport: { width: 390, height: 800 } });
      page.on('dialog', (dialog) => {
        void dialog.dismiss();
        throw new Error('markup was executed');
      });
      const expectCalm = async () => {
        if (scripts) expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
        await expect(injected(page)).toHaveCount(0);
        const over = await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth);
        expect(over).toBeLessThanOrEqual(0);
      };
      const name = `${text} ${unique('n')}`;
      const form = new AdvertiserForm(page, scripts);
      const id = await form.createNew({ Name: name, Notes: `${text}\n${text}` });
      await expect(form.heading).toHaveText(name);
      expect(await page.title()).toContain(name.trim());
      await expectCalm();

      const list = new ListPage(page, scripts);
      await list.open(`/admin/advertisers?q=${id}`);
      expect(await list.names()).toEqual([name]);
      await expectCalm();

      const edit = new Form(page, scripts);
      await edit.open(`/admin/advertisers/${id}/edit`);
      await expect(edit.field('Name')).toHaveValue(name);
      await expect(edit.field('Notes')).toHaveValue(`${text}\n${text}`);
      await expectCalm();

      // In the choices of another form, and in the description of a campaign.
      const campaign = new CampaignForm(page, scripts);
      await campaign.createNew({
        Advertiser: name,
        Name: name,
        Description: text,
        'Destination URL': 'https://b.example/?c={click_id}',
        Revenue: '2',
        Payout: '1',
      });
      await expect(campaign.heading).toHaveText(name);
      await expectCalm();
    });
  }
}

test('what an outsider writes into a report is only text to us', async ({ visit, api }) => {
  const visitor = await api(null, { 'user-agent': 'Mozilla/5.0 test' });
  const link = world().demo.links[0];
  const click = await visitor.get(`${world().edgeUrl}/c/${link?.code}?source=%3Cscript%3Ewindow.hacked%3Dtrue%3C/script%3E`);
  const clickId = /click_id=([A-Za-z0-9_-]+)/.exec(click.headers()['location'] ?? '')?.[1] ?? '';
  const txid = `</title><script>window.hacked=true</script><img src=x onerror="window.hacked=true">${unique('x')}`;
  const report = await visitor.get(
    `${world().edgeUrl}/postback?click_id=${clickId}&amount=10.00&txid=${encodeURIComponent(txid)}&coupon=${encodeURIComponent('<b>x</b>')}&adv1=${encodeURIComponent('"><script>window.hacked=true</script>')}`,
  );
  expect(report.status(), await report.text()).toBe(200);
  const { conversion_id: id } = (await report.json()) as { conversion_id: string };
  const admin = await api('admin');
  await expect.poll(async () => (await admin.get(`/admin/conversions/${id}`)).status()).toBe(200);
  for (const scripts of [true, false]) {
    const page = await visit('admin', { javaScriptEnabled: scripts });
    for (const address of [`/admin/conversions/${id}`, `/admin/conversions?q=${id}`, `/admin/clicks?q=${clickId}`, '/admin']) {
      await new Form(page, scripts).open(address);
      await expect(injected(page)).toHaveCount(0);
      if (scripts) expect(await page.evaluate(() => 'hacked' in window), address).toBe(false);
    }
  }
  // Before any script could tidy up.
  const html = await (await admin.get(`/admin/conversions/${id}`)).text();
  expect(html).not.toContain('<script>window.hacked');
  expect(html).not.toContain('<img src=x');
});

test('far too much text is refused at the field and nothing is lost', async ({ visit }) => {
  const long = 'x'.repeat(10_000);
  for (const scripts of [true, false]) {
    const page = await visit('admin', { javaScriptEnabled: scripts, tolerate: /status of 422/ });
    const form = new AffiliateForm(page, scripts);
    await form.open(AffiliateForm.address);
    await form.fill({ Name: long, Country: 'Nowhere', 'Contact email': 'a@b.example' });
    await form.submit(AffiliateForm.button);
    await expect(form.summary.first()).toBeVisible();
    expect(await form.messageOf('Name')).toContain('200');
    expect(await form.messageOf('Country')).not.toBe('');
    await expect(form.field('Name')).toHaveValue(long);
    await expect(form.field('Contact email')).toHaveValue('a@b.example');
  }
});

test('an error in the address cannot put words into our mouth', async ({ visit }) => {
  const page = await visit(null);
  const login = new LoginPage(page);
  const forged = Buffer.from(
    JSON.stringify({ code: 'invalid', message: 'Call <b>555-0100</b> and tell us your password', fields: {}, values: {} }),
  ).toString('base64');
  for (const error of [forged, forged.slice(0, 50), '%FF', '']) {
    await login.open(`/login?__path=${encodeURIComponent('/fn/sign_in')}&__err=${encodeURIComponent(error)}`);
    await expect(page.locator('body')).not.toContainText('555-0100');
    await expect(login.email).toBeVisible();
  }
});

test('tracking routes answer everything without an error of ours', async ({ api }) => {
  const visitor = await api(null, { 'user-agent': 'Mozilla/5.0 test' });
  const link = world().demo.links[0];
  for (const base of [world().edgeUrl, world().consoleUrl]) {
    for (const [kind, text] of Object.entries(HOSTILE)) {
      const value = encodeURIComponent(text);
      const paths = [
        `/c/${encodeURIComponent(text.slice(0, 300))}`,
        `/c/${link?.code}?sub1=${value.slice(0, 6000)}&source=${value.slice(0, 1000)}`,
        `/c/${link?.code}?url=${value.slice(0, 6000)}`,
        `/i/${link?.code}?sub1=${value.slice(0, 6000)}`,
        `/postback?click_id=${value.slice(0, 3000)}&txid=${value.slice(0, 3000)}`,
        `/px?click_id=${value.slice(0, 6000)}`,
      ];
      for (const path of paths) {
        const answer = await visitor.get(base + path);
        expect.soft(answer.status(), `${kind}: ${path.slice(0, 80)}`).toBeLessThan(500);
        const to = answer.headers()['location'];
        // An allowed destination, or the page of the network itself.
        if (to) expect.soft(to, `${kind}: ${path.slice(0, 80)}`).toMatch(/^https:\/\/[a-z0-9.-]+\.example\//);
      }
    }
  }
});
