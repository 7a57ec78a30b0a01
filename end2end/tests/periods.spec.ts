/** The period that a person last chose is shown where an address names none, and is then in the address. */
import { LoginPage } from '../pages/login.ts';
import { Report } from '../pages/report.ts';
import { newPerson } from '../support/command.ts';
import { sql } from '../support/database.ts';
import { idsFor } from '../support/routes.ts';
import { type Page, expect, test } from '../support/test.ts';
import { type Login, unique } from '../support/world.ts';

test.describe.configure({ mode: 'parallel' });

const chosenBy = (who: Login): Promise<string> => sql(`SELECT coalesce(period, '-') FROM users WHERE email = '${who.email}'`);
const periodIn = (page: Page): string | null => new URL(page.url()).searchParams.get('period');

for (const scripts of [true, false]) {
  test(`every page opens with it, ${scripts ? 'with' : 'without'} JavaScript`, async ({ visit, api }) => {
    const who = await newPerson('admin', unique('Chooses Period'));
    const page = await visit(null, { javaScriptEnabled: scripts });
    await new LoginPage(page, scripts).signIn(who);
    const report = new Report(page, scripts);
    const { campaign } = await idsFor(await api('admin'));

    // Who never chose sees each page's own, and a plain address.
    await report.open('/admin/links');
    await expect(report.period).toHaveValue('7d');
    expect(new URL(page.url()).search).toBe('');
    await report.open('/admin/links?period=ytd');
    await expect(report.period).toHaveValue('ytd');
    expect(await chosenBy(who), 'an address is no choice').toBe('-');

    await report.open('/admin/links?sort=name');
    await report.period.selectOption('14d');
    if (!scripts) await page.locator('.quick').getByRole('button', { name: 'Show' }).click();
    await expect(page).toHaveURL(/period=14d/);
    await expect.poll(() => chosenBy(who)).toBe('14d');
    expect(new URL(page.url()).searchParams.get('sort')).toBe('name');
    expect(new URL(page.url()).searchParams.has('chosen')).toBe(false);

    // By the navigation, and by typing the address.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Campaigns', exact: true }).click();
    await expect(page).toHaveURL(/\/admin\/campaigns\?period=14d$/);
    await expect(report.period).toHaveValue('14d');
    await page.goBack();
    await expect(page).toHaveURL(/\/admin\/links\?/);
    expect(periodIn(page)).toBe('14d');
    for (const path of ['/admin', '/admin/audit', `/admin/campaigns/${campaign}`, '/admin/conversions?status=pending']) {
      expect(await report.open(path), path).toBe(200);
      expect(periodIn(page), path).toBe('14d');
      await expect(report.period, path).toHaveValue('14d');
    }
    expect(new URL(page.url()).searchParams.get('status')).toBe('pending');
    // What a form has to say stays.
    await report.open('/admin/affiliates?done=created');
    expect(page.url()).toContain('done=created');
    expect(periodIn(page)).toBe('14d');

    // The address goes before it, and what somebody else opens is the same.
    await report.open('/admin/links?period=yesterday');
    await expect(report.period).toHaveValue('yesterday');
    await report.open('/admin/campaigns');
    const copied = page.url();
    const days = await report.days.innerText();
    const other = new Report(await visit('manager', { javaScriptEnabled: scripts }), scripts);
    await other.open(copied);
    await expect(other.period).toHaveValue('14d');
    expect(await other.days.innerText()).toBe(days);
    await other.open('/admin/links');
    await expect(other.period).toHaveValue('7d');

    // Another choice, from the panel; own days are meant for once.
    await report.days.click();
    await report.panel.getByRole('link', { name: 'Month to date' }).click();
    await expect(page).toHaveURL(/period=mtd/);
    await expect.poll(() => chosenBy(who)).toBe('mtd');
    expect(new URL(page.url()).searchParams.has('chosen')).toBe(false);
    await report.open('/admin/links?period=custom&from=2026-01-05&to=2026-01-09');
    await report.open('/admin/links');
    expect(periodIn(page)).toBe('mtd');
  });
}

test('letters choose, too, and a file has the period of its page', async ({ visit }) => {
  const who = await newPerson('finance', unique('Types Period'));
  const page = await visit(null);
  await new LoginPage(page).signIn(who);
  const report = new Report(page);
  await report.open('/admin');
  await expect(report.period).toHaveValue('today');
  await report.days.focus();
  await page.keyboard.press('t');
  await expect(page).toHaveURL(/period=30d/);
  await expect.poll(() => chosenBy(who)).toBe('30d');
  await report.open('/admin');
  await expect(report.period).toHaveValue('30d');
  const href = await report.chart.getByRole('link', { name: 'CSV' }).getAttribute('href');
  expect(href).toContain('period=30d');
  // A file that is asked for without one has the list's own, whoever asks.
  const file = await page.request.get('/admin/links.csv');
  const name = file.headers()['content-disposition'] ?? '';
  const [, from, to] = /links-(\S+)-to-(\S+)\.csv/.exec(name) ?? [];
  expect((Date.parse(to ?? '') - Date.parse(from ?? '')) / 86_400_000, name).toBe(6);
});

test('another site, and a link that is sent, choose nothing', async ({ visit, api }) => {
  const who = await newPerson('admin', unique('Keeps Period'));
  const asked = await api(who);
  for (const headers of [{}, { referer: 'https://evil.test/x' }] as Record<string, string>[]) {
    const answer = await asked.get('/admin/links?period=30d&chosen=1&q=x', { headers });
    expect(answer.status()).toBe(303);
    expect(answer.headers()['location']).toBe('/admin/links?period=30d&q=x');
    expect(await chosenBy(who)).toBe('-');
  }
  const page = await visit(who);
  await page.goto('/admin/links?period=30d&chosen=1');
  expect(new URL(page.url()).search).toBe('?period=30d');
  expect(await chosenBy(who)).toBe('-');
  const wrong = await asked.post('/fn/remember_period', { form: { period: 'custom' }, headers: { accept: 'application/json' } });
  expect(wrong.status()).toBe(422);
  expect(await wrong.text()).toContain('Choose one of today');
});

test('who looks at a portal sees it as its own people do, and chooses for the moment', async ({ visit, api }) => {
  const who = await newPerson('admin', unique('Looks With Period'));
  const { affiliate } = await idsFor(await api('admin'));
  const page = await visit(who);
  const report = new Report(page);
  await report.open('/admin/links');
  await report.period.selectOption('12m');
  await expect.poll(() => chosenBy(who)).toBe('12m');
  await page.request.post('/fn/view_as', { form: { affiliate } });
  await report.open('/affiliate/links');
  await expect(report.period).toHaveValue('7d');
  await report.period.selectOption('today');
  await expect(page).toHaveURL(/period=today/);
  await report.open('/affiliate/links');
  await expect(report.period).toHaveValue('7d');
  expect(await chosenBy(who)).toBe('12m');
});
