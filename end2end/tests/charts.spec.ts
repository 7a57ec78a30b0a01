/** Periods, comparison, time zones, and the charts and key figures that follow from them. */
import { Report } from '../pages/report.ts';
import { newPerson, reader } from '../support/command.ts';
import { idsFor } from '../support/routes.ts';
import { expect, test } from '../support/test.ts';
import { unique } from '../support/world.ts';

test.describe.configure({ mode: 'parallel' });

const NONSENSE = /\b(NaN|undefined|Infinity|inf)\b/;
const PRESETS = ['today', 'yesterday', '7d', '14d', '30d', 'mtd', 'lastmonth', 'qtd', 'ytd', '12m', 'all'];

/** The last Sunday on which New York set its clocks back: a day of 25 hours. */
function longDay(): string {
  const now = new Date();
  for (let year = now.getUTCFullYear(); ; year -= 1) {
    const first = new Date(Date.UTC(year, 10, 1));
    const sunday = new Date(Date.UTC(year, 10, 1 + ((7 - first.getUTCDay()) % 7)));
    if (now.getTime() - sunday.getTime() > 2 * 86_400_000) return sunday.toISOString().slice(0, 10);
  }
}

/** The last Sunday on which New York set its clocks forward: a day of 23 hours. */
function shortDay(): string {
  const now = new Date();
  for (let year = now.getUTCFullYear(); ; year -= 1) {
    const first = new Date(Date.UTC(year, 2, 1));
    const sunday = new Date(Date.UTC(year, 2, 8 + ((7 - first.getUTCDay()) % 7)));
    if (now.getTime() - sunday.getTime() > 2 * 86_400_000) return sunday.toISOString().slice(0, 10);
  }
}

test('every preset opens, says its days and zone, and has a chart', async ({ visit }) => {
  const report = new Report(await visit('admin'));
  for (const word of PRESETS) {
    expect(await report.open(`/admin?period=${word}`), word).toBe(200);
    await expect(report.period).toHaveValue(word);
    await expect(report.days).toContainText(/\d{4}/);
    await expect(report.days.locator('.zone')).toBeVisible();
    await expect(report.chart.locator('svg path.now')).toHaveCount(2);
    expect(await report.page.locator('main').innerText(), word).not.toMatch(NONSENSE);
    const rows = await report.table();
    expect(rows.length, word).toBeGreaterThan(0);
    expect(rows.length, word).toBeLessThanOrEqual(132);
    expect(await report.chart.locator('.xl span').count(), word).toBeLessThanOrEqual(8);
    const ticks = await report.chart.locator('.yl span').count();
    expect(ticks, word).toBeGreaterThanOrEqual(4);
    expect(ticks, word).toBeLessThanOrEqual(6);
  }
});

test('the period is chosen by keyboard alone', async ({ visit }) => {
  const report = new Report(await visit(await reader()));
  const { page } = report;
  await report.open('/admin');
  await report.days.focus();
  await page.keyboard.press('Enter');
  await expect(report.panel).toBeVisible();
  await page.keyboard.press('w');
  await expect(page).toHaveURL(/period=7d/);
  await expect(report.period).toHaveValue('7d');

  await test.step('own days', async () => {
    await report.settled();
    await report.days.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('c');
    await expect(report.panel.getByLabel('First day')).toBeFocused();
    await report.panel.getByLabel('First day').fill('2026-01-05');
    await report.panel.getByLabel('Last day').fill('2026-01-09');
    await report.panel.getByLabel('Last day').press('Enter');
    await expect(page).toHaveURL(/period=custom/);
    await expect(report.days).toContainText('5 – 9 Jan 2026');
    await report.settled();
    expect(await report.table()).toHaveLength(5);
  });

  await test.step('Escape closes the panel and gives the focus back', async () => {
    await report.days.focus();
    await page.keyboard.press('Enter');
    await expect(report.panel).toBeVisible();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await expect(report.panel).toBeHidden();
    await expect(report.days).toBeFocused();
  });
});

test('days that cannot be are said beside their field', async ({ visit }) => {
  for (const javaScriptEnabled of [true, false]) {
    const report = new Report(await visit('admin', { javaScriptEnabled }), javaScriptEnabled);
    const wrong: [string, string, string][] = [
      ['from=2026-01-20&to=2026-01-03', 'Last day', 'before the first one'],
      ['from=2026-01-05', 'Last day', 'Choose the last day'],
      ['from=2026-01-05&to=2099-01-01', 'Last day', 'in the future'],
      ['from=2026-02-30&to=2026-03-01', 'First day', 'is not a day'],
      ['from=2001-01-01&to=2026-01-01', 'First day', 'more than five years'],
    ];
    for (const [query, field, sentence] of wrong) {
      expect(await report.open(`/admin/campaigns?period=custom&${query}`)).toBe(200);
      await expect(report.panel).toBeVisible();
      await expect(report.panel.getByRole('alert')).toContainText(sentence);
      await expect(report.panel.getByLabel(field)).toHaveAttribute('aria-invalid', 'true');
    }
    await report.open('/admin?tz=Mars/Olympus');
    await expect(report.panel.getByRole('alert')).toContainText('no time zone “Mars/Olympus”');
  }
});

test('without scripts the period, comparison and zone are forms and links', async ({ visit }) => {
  const report = new Report(await visit(await reader(), { javaScriptEnabled: false, viewport: { width: 1500, height: 900 } }), false);
  const { page } = report;
  await report.open('/admin');
  await report.period.selectOption('14d');
  await page.locator('.quick select[name=cmp]').selectOption('yoy');
  await page.locator('.quick').getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/period=14d/);
  await expect(page).toHaveURL(/cmp=yoy/);
  await report.days.click();
  await report.panel.locator('select[name=tz]').selectOption('Asia/Tokyo');
  await report.panel.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(/period=14d/);
  await expect(report.days).toContainText('Tokyo');
  await report.days.click();
  await report.panel.getByRole('link', { name: 'Month to date' }).click();
  await expect(page).toHaveURL(/period=mtd/);
  await expect(page).toHaveURL(/tz=Asia/);
  await report.tile('revenue').click();
  await expect(page).toHaveURL(/metric=revenue/);
  await expect(report.chart.locator('h2')).toHaveText('Revenue');
  await expect(report.tile('revenue')).toHaveAttribute('aria-current', 'true');
});

test('the comparison is a second, dashed line and a change in words; all time has none', async ({ visit }) => {
  const report = new Report(await visit('admin'));
  await report.open('/admin?period=7d');
  const dashed = report.chart.locator('path.prev');
  expect((await dashed.getAttribute('d')) ?? '').toMatch(/^M/);
  expect(await dashed.evaluate((path) => getComputedStyle(path).strokeDasharray)).not.toBe('none');
  await expect(report.tile('clicks').locator('.row')).toContainText(/up|down|unchanged|new/);
  expect((await report.table())[0]).toHaveLength(3);
  for (const query of ['period=7d&cmp=off', 'period=all', 'period=all&cmp=prev']) {
    await report.open(`/admin?${query}`);
    expect((await dashed.getAttribute('d')) ?? '', query).toBe('');
    await expect(report.chart.locator('.legend span')).toHaveCount(1);
    await expect(report.main.locator('.kpi .delta')).toHaveCount(0);
    expect((await report.table())[0], query).toHaveLength(2);
  }
  // The demo network is weeks old: a year ago there was nothing.
  await report.open('/admin?period=7d&cmp=yoy');
  await expect(report.tile('clicks')).toContainText('new');
  expect(await report.main.innerText()).not.toMatch(NONSENSE);
});

test('the chart is in the first HTML, with a sentence, a table and a download', async ({ api, visit }) => {
  const admin = await api('admin');
  const html = await (await admin.get('/admin?period=7d')).text();
  expect(html).toMatch(/<svg[^>]*role="img"[\s\S]*<path/);
  expect(html).toContain('as-table');
  const report = new Report(await visit('admin'));
  await report.open('/admin?period=7d&metric=revenue');
  await expect(report.chart.getByRole('img')).toHaveAccessibleName(/^Revenue, Last 7 days: \$[\d,.]+/);
  await report.chart.getByText('View as table').click();
  await expect(report.chart.getByRole('table')).toBeVisible();
  const rows = await report.table();

  const download = await admin.get((await report.chart.locator('a.csv').getAttribute('href')) ?? '');
  expect(download.status()).toBe(200);
  expect(download.headers()['content-type']).toContain('text/csv');
  const lines = (await download.text()).trim().split('\r\n');
  expect(lines[0]).toBe('start_utc,period,revenue,complete,currency,previous_period,previous_revenue');
  expect(lines).toHaveLength(rows.length + 1);
  expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ,/);
  const plain = (text = '') => text.replace(/[^0-9.]/g, '');
  expect(lines.slice(1).map((line) => line.split(',')[2])).toEqual(rows.map((row) => plain(row[1])));
});

test('a download is as guarded as its page', async ({ api }) => {
  const ids = await idsFor(await api('admin'));
  expect((await (await api(null)).get('/admin/chart.csv')).status()).toBe(302);
  expect((await (await api('affiliate')).get('/admin/chart.csv')).status()).toBe(403);
  expect((await (await api('admin')).get('/affiliate/chart.csv')).status()).toBe(403);
  expect((await (await api('finance')).get('/admin/chart.csv')).status()).toBe(200);
  const admin = await api('admin');
  expect((await admin.get(`/admin/chart.csv?campaign=${ids.campaign}&metric=margin`)).status()).toBe(200);
  // What a report is narrowed to must not widen it when it is wrong.
  for (const query of ['campaign=camp_999999999', 'campaign=nonsense', 'affiliate=%27']) {
    expect((await admin.get(`/admin/chart.csv?${query}`)).status(), query).toBe(404);
  }
  for (const query of ['metric=nonsense', 'period=custom&from=x', 'tz=../etc/passwd', 'period=all&cmp=yoy']) {
    expect((await admin.get(`/admin/chart.csv?${query}`)).status(), query).toBe(200);
  }
  const own = await (await api('affiliate')).get('/affiliate/chart.csv?metric=earned&period=14d');
  expect(own.status()).toBe(200);
  expect((await own.text()).split('\r\n')[0]).toContain('period,earned,complete,currency');
});

test('pointer, arrow keys and a tap show both values', async ({ visit }) => {
  const report = new Report(await visit('admin'));
  const { page } = report;
  await report.open('/admin?period=7d');
  const rows = await report.table();
  await report.plot.hover({ position: { x: 5, y: 100 } });
  await expect(report.tooltip).toBeVisible();
  await expect(report.tooltip).toContainText(rows[0]?.[0] ?? '');
  await expect(report.tooltip.locator('em')).toHaveText([rows[0]?.[1] ?? '', rows[0]?.[2] ?? '']);
  await page.mouse.move(0, 0);
  await expect(report.tooltip).toHaveCount(0);

  await report.plot.focus();
  await page.keyboard.press('Home');
  await expect(report.tooltip.locator('em')).toHaveText([rows[0]?.[1] ?? '', rows[0]?.[2] ?? '']);
  await page.keyboard.press('ArrowRight');
  await expect(report.tooltip.locator('em')).toHaveText([rows[1]?.[1] ?? '', rows[1]?.[2] ?? '']);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(report.tooltip).toContainText(rows[0]?.[0] ?? '');
  await page.keyboard.press('End');
  await expect(report.tooltip).toContainText('still counting');
  await expect(report.tooltip).toContainText('UTC');
  await page.keyboard.press('Escape');
  await expect(report.tooltip).toHaveCount(0);

  const phone = new Report(await visit('admin', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }));
  await phone.open('/admin?period=7d');
  await phone.plot.scrollIntoViewIfNeeded();
  const box = await phone.plot.boundingBox();
  await phone.page.touchscreen.tap((box?.x ?? 0) + 60, (box?.y ?? 0) + 80);
  await expect(phone.tooltip).toBeVisible();
  await expect(phone.tooltip.locator('em')).toHaveCount(2);
  const tip = await phone.tooltip.boundingBox();
  expect(tip?.x ?? -1).toBeGreaterThanOrEqual(0);
  expect((tip?.x ?? 0) + (tip?.width ?? 999)).toBeLessThanOrEqual(390);
});

test('a tile shows its own chart, here and on the pages of objects', async ({ visit, api }) => {
  const ids = await idsFor(await api('admin'));
  const report = new Report(await visit('admin'));
  for (const path of ['/admin', `/admin/campaigns/${ids.campaign}`, `/admin/affiliates/${ids.affiliate}`, `/admin/advertisers/${ids.advertiser}`]) {
    await report.open(`${path}?period=14d`);
    for (const [key, name] of [['margin', 'Margin'], ['rpc', 'RPC'], ['clicks', 'Clicks']] as const) {
      await report.tile(key).click();
      await expect(report.chart.locator('h2')).toHaveText(name);
      await expect(report.tile(key)).toHaveAttribute('aria-current', 'true');
      await expect(report.main.locator('.kpi[aria-current]')).toHaveCount(1);
    }
    await expect(report.page).not.toHaveURL(/metric=/);
    await expect(report.page).toHaveURL(/period=14d/);
  }
  await report.open('/admin?period=14d&metric=payout');
  await expect(report.main.locator('.bars li').first()).toContainText('$');
  await expect(report.main.getByText('Payout, Last 14 days').first()).toBeVisible();
  const own = new Report(await visit('affiliate'));
  await own.open('/affiliate?period=14d');
  await own.tile('earned').click();
  await expect(own.chart.locator('h2')).toHaveText('Earned');
});

test('twice as large, with fewer movements, and in the colours of the system', async ({ visit }) => {
  const zoomed = new Report(await visit('admin', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }));
  await zoomed.open('/admin?period=7d');
  const wide = await zoomed.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide).toBeLessThanOrEqual(0);
  await zoomed.days.click();
  await expect(zoomed.panel.getByRole('button', { name: 'Show these days' })).toBeVisible();

  const still = new Report(await visit('admin', { reducedMotion: 'reduce' }));
  await still.open('/admin');
  const moving = await still.page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').length);
  expect(moving).toBe(0);

  const forced = new Report(await visit('admin', { forcedColors: 'active' }));
  await forced.open('/admin?period=7d');
  const [line, ground] = await forced.chart.locator('path.now').first().evaluate((path) => [
    getComputedStyle(path).stroke,
    getComputedStyle(document.body).backgroundColor,
  ]);
  expect(line).not.toBe(ground);
  await forced.page.screenshot({ path: test.info().outputPath('forced-colours.png'), fullPage: true });
});

test('on a phone the panel is the whole screen', async ({ visit }) => {
  const report = new Report(await visit('admin', { viewport: { width: 390, height: 844 } }));
  await report.open('/admin');
  await report.days.click();
  const box = await report.panel.boundingBox();
  expect(box).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  await report.panel.getByRole('button', { name: 'Close' }).click();
  await expect(report.panel).toBeHidden();
});

test('a dark page is dark before any script has run', async ({ visit }) => {
  const page = await visit('admin', { theme: 'dark', javaScriptEnabled: false });
  await page.goto('/admin');
  const light = await page.evaluate(() => {
    const [r = 255] = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    return r;
  });
  expect(light).toBeLessThan(60);
});

test("the zone is the reader's or the address's, never the browser's", async ({ visit }) => {
  const day = longDay();
  const report = new Report(await visit('admin', { timezoneId: 'Asia/Tokyo' }));
  await report.open(`/admin?period=custom&from=${day}&to=${day}&tz=America/New_York`);
  await expect(report.days).toContainText('New York');
  const rows = await report.table();
  expect(rows).toHaveLength(25);
  expect(rows.map((row) => row[0]).filter((label) => label?.startsWith('01:00'))).toEqual(['01:00 – 01:00 EDT', '01:00 – 02:00 EST']);
  const first = report.chart.locator('.as-table tbody time').first();
  await expect(first).toHaveAttribute('datetime', `${day}T04:00:00Z`);
  await report.plot.focus();
  await report.page.keyboard.press('Home');
  await expect(report.tooltip).toContainText(`${day} 04:00 UTC`);

  await report.open(`/admin?period=custom&from=${day}&to=${day}&tz=Asia/Tokyo`);
  expect(await report.table()).toHaveLength(24);
  // Times in lists follow.
  await report.open('/admin/conversions?period=14d&tz=Asia/Tokyo');
  const tokyo = await report.main.locator('td.time time').first().innerText();
  await report.open('/admin/conversions?period=14d&tz=America/Los_Angeles');
  await expect(report.main.locator('td.time time').first()).not.toHaveText(tokyo);
});

test("without one in the address it is the reader's own, stored with the account", async ({ visit, api }) => {
  const who = await newPerson('finance', unique('New Yorker'));
  const saved = await (await api(who)).post('/fn/save_profile', { form: { 'draft[name]': 'New Yorker', 'draft[time_zone]': 'America/New_York' } });
  expect(saved.status()).toBeLessThan(400);
  const report = new Report(await visit(who, { timezoneId: 'Asia/Tokyo' }));
  const long = longDay();
  await report.open(`/admin?period=custom&from=${long}&to=${long}`);
  await expect(report.days).toContainText('New York');
  expect(await report.table()).toHaveLength(25);
  const short = shortDay();
  await report.open(`/admin?period=custom&from=${short}&to=${short}`);
  const hours = (await report.table()).map((row) => row[0] ?? '');
  expect(hours).toHaveLength(23);
  expect(hours.filter((label) => label.startsWith('02:00'))).toEqual([]);
  await expect(report.chart.locator('.as-table tbody time').nth(2)).toHaveAttribute('datetime', `${short}T07:00:00Z`);

  // A moment is shown in that zone, and in both for who asks.
  await report.open('/admin/conversions?period=14d');
  const time = report.main.locator('td.time time').first();
  const [shown, utc, title] = [await time.innerText(), (await time.getAttribute('datetime')) ?? '', (await time.getAttribute('title')) ?? ''];
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  expect(shown).toContain(clock.format(new Date(utc)));
  expect(title).toBe(`${shown} · ${utc}`);
});
