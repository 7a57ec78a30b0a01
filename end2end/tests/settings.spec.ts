/** The network's settings: each is kept, and seen where it matters. */
import { Form } from '../pages/forms.ts';
import { expect, test } from '../support/test.ts';
import { world } from '../support/world.ts';

// They change what all pages show, so one after the other.
test.describe.configure({ mode: 'serial' });

/** One black pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg==',
  'base64',
);

test('general settings say what is wrong and are kept', async ({ visit }) => {
  const page = await visit('admin', { tolerate: /422/ });
  const form = new Form(page);
  await form.open('/admin/settings');
  const name = await form.field('Network name').inputValue();
  await form.fill({ Currencies: 'USD, EUR, dollars', 'Fallback URL': 'not an address' });
  await form.submit('Save settings');
  await expect(form.summary).toBeFocused();
  expect(await form.messageOf('Currencies')).toContain('dollars');
  expect(await form.messageOf('Fallback URL')).toContain('https://');
  await expect(form.field('Network name')).toHaveValue(name);
  await form.fill({ Currencies: '', 'Fallback URL': '' });
  await form.submit('Save settings');
  await page.waitForURL('**/admin/settings?done=saved');
  await expect(page.getByRole('status').first()).toContainText('saved');
});

test('an accent has to be readable, and reaches every page', async ({ visit, api }) => {
  const page = await visit('admin', { tolerate: /422/ });
  const form = new Form(page);
  await form.open('/admin/settings/brand');
  await form.fill({ 'On light pages': '#ffd400' });
  await form.submit('Save colours');
  await expect(form.summary).toBeFocused();
  expect(await form.messageOf('On light pages')).toMatch(/contrast of \d\.\d\d : 1.*4\.5 : 1/);
  await form.fill({ 'On light pages': '#5b2be0' });
  await form.submit('Save colours');
  await page.waitForURL('**/admin/settings/brand?done=saved');
  const login = await visit(null, { theme: 'light' });
  await login.goto('/login');
  const accent = await login.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim());
  expect(accent).toBe('#5b2be0');
  const css = await (await api(null)).get('/brand/theme.css');
  expect(css.headers()['content-type']).toContain('text/css');
  const again = await (await api(null, { 'if-none-match': css.headers()['etag'] ?? '' })).get('/brand/theme.css');
  expect(again.status()).toBe(304);
  await form.open('/admin/settings/brand');
  await form.fill({ 'On light pages': '' });
  await form.submit('Save colours');
  await page.waitForURL('**/admin/settings/brand?done=saved');
});

for (const scripts of [true, false]) {
  test(`a logo is uploaded and removed, ${scripts ? 'with' : 'without'} JavaScript`, async ({ visit, api }) => {
    const page = await visit('admin', { javaScriptEnabled: scripts });
    const form = new Form(page, scripts);
    await form.open('/admin/settings/brand');
    const file = page.getByLabel('Picture');
    await file.setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg onload="alert(1)"/>') });
    await page.getByRole('button', { name: 'Upload logo' }).click();
    await page.waitForURL('**/admin/settings/brand?problem=type');
    await expect(page.getByRole('alert')).toContainText('PNG, JPEG or WebP');
    await file.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: PIXEL });
    await page.getByRole('button', { name: 'Upload logo' }).click();
    await page.waitForURL('**/admin/settings/brand?done=logo');
    const src = await page.getByAltText('The present logo').getAttribute('src');
    const picture = await (await api(null)).get(src ?? '');
    expect(picture.headers()['content-type']).toBe('image/png');
    expect(picture.headers()['cache-control']).toContain('immutable');
    expect(await picture.body()).toEqual(PIXEL);
    const login = await visit(null, { javaScriptEnabled: scripts });
    await login.goto('/login');
    await expect(login.locator('.brand img.logo')).toHaveAttribute('src', src ?? '');
    await page.getByRole('button', { name: 'Remove logo' }).click();
    await page.waitForURL('**/admin/settings/brand?done=logo_removed');
  });
}

test('only who may manage settings uploads a logo', async ({ api }) => {
  const send = async (who: 'manager' | 'affiliate' | null) => {
    const answer = await (await api(who)).post('/admin/settings/logo', {
      multipart: { logo: { name: 'logo.png', mimeType: 'image/png', buffer: PIXEL } },
    });
    return answer.status();
  };
  expect(await send('manager')).toBe(403);
  expect(await send('affiliate')).toBe(403);
  expect([302, 303, 401]).toContain(await send(null));
});

test('a tracking domain is added, checked, and begins links', async ({ visit }) => {
  const page = await visit('admin', { tolerate: /422/ });
  const form = new Form(page);
  await form.open('/admin/settings/domains');
  let fetched = 0;
  page.on('request', (request) => (fetched += request.url().includes('/fn/domain_settings') ? 1 : 0));
  await form.fill({ Host: 'https://go.example.com/x' });
  await form.submit('Add and check');
  expect(await form.messageOf('Host')).toContain('without https://');
  await expect(form.field('Host')).toHaveValue('https://go.example.com/x');
  expect(fetched, 'a page that is being corrected is not made anew').toBe(0);
  await form.fill({ Host: 'localhost' });
  await form.submit('Add and check');
  await page.waitForURL('**/admin/settings/domains?done=added');
  const row = page.getByRole('row').filter({ hasText: 'localhost' });
  await expect(row).toContainText('Without TLS');
  await row.getByRole('button', { name: 'Make localhost the default' }).click();
  await page.waitForURL('**/admin/settings/domains?done=default');
  const port = new URL(world().edgeUrl).port;
  const mine = await visit('affiliate');
  await mine.goto('/affiliate/links');
  await expect(mine.locator(`[title^="http://localhost:${port}/c/"]`).first()).toBeAttached();
  await page.getByRole('button', { name: /^Begin links with/ }).click();
  await expect(row.getByText('Default', { exact: true })).toHaveCount(0);
  await row.getByText('Remove…').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove domain' }).click();
  await page.waitForURL('**/admin/settings/domains?done=removed');
  await expect(row).toHaveCount(0);
});

test('the API of affiliates is switched off and on', async ({ visit }) => {
  const page = await visit('admin');
  const form = new Form(page);
  const set = async (on: boolean) => {
    await form.open('/admin/settings/features');
    await page.getByLabel('Affiliates may use the API').setChecked(on);
    await form.submit('Save switches');
    await page.waitForURL('**/admin/settings/features?done=saved');
  };
  await set(false);
  await form.open('/admin/settings/features');
  await expect(page.getByLabel('Affiliates may use the API')).not.toBeChecked();
  await set(true);
});
