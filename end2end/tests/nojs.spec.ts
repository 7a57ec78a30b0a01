/** Everything that matters works in a browser without JavaScript. */
import { AdvertiserForm } from '../pages/forms.ts';
import { ListPage } from '../pages/list.ts';
import { LoginPage } from '../pages/login.ts';
import { Portal } from '../pages/portal.ts';
import { reader } from '../support/command.ts';
import { expect, test } from '../support/test.ts';
import { loginOf, unique } from '../support/world.ts';

test.describe.configure({ mode: 'parallel' });

test('signing in and out, with a mistake first', async ({ visit }) => {
  const page = await visit(null, { javaScriptEnabled: false });
  const login = new LoginPage(page, false);
  await login.open('/login');
  await login.submit({ email: loginOf('manager').email, password: 'not the password' });
  await expect(login.refusal).toBeVisible();
  await expect(login.email).toHaveValue(loginOf('manager').email);
  await login.submit(loginOf('manager'));
  await page.waitForURL('**/admin');
  await expect(login.heading).toHaveText('Overview');
  await login.signOut();
  await page.goto('/admin');
  expect(new URL(page.url()).pathname).toBe('/login');
});

test('a list is searched, filtered, sorted and turned to another period', async ({ visit }) => {
  const page = await visit(await reader(), { javaScriptEnabled: false });
  const list = new ListPage(page, false);
  await list.open('/admin/campaigns');
  const all = await list.total();
  expect(all).toBeGreaterThan(1);

  await test.step('a filter', async () => {
    await list.choose('status', 'paused');
    await list.sendFilters();
    await expect(page).toHaveURL(/status=paused/);
    expect(await list.total()).toBeLessThan(all);
    for (const row of await list.text()) expect(row).toContain('Paused');
    await page.getByRole('link', { name: /remove this filter/ }).click();
    await expect(page).not.toHaveURL(/status=paused/);
    // Other tests may have added some meanwhile.
    expect(await list.total()).toBeGreaterThanOrEqual(all);
  });

  await test.step('a search', async () => {
    const name = (await list.names())[0] ?? '';
    await list.search.fill(name);
    await list.sendFilters();
    expect(await list.names()).toContain(name);
    expect(await list.total()).toBeLessThan(all);
    await expect(list.search).toHaveValue(name);
  });

  await test.step('an order', async () => {
    // Of one demo advertiser, so that campaigns made by other tests do not come between.
    await list.open('/admin/campaigns?q=Northwind');
    await list.header('Campaign').getByRole('link').click();
    await expect(page).toHaveURL(/sort=-name/);
    await expect(list.sorted).toHaveCount(1);
    await expect(list.sorted).toHaveAttribute('aria-sort', 'descending');
    const down = await list.names();
    await list.header('Campaign').getByRole('link').click();
    await expect(page).toHaveURL(/sort=name/);
    await expect(list.sorted).toHaveAttribute('aria-sort', 'ascending');
    const up = await list.names();
    expect(up).not.toEqual(down);
    expect([...up].reverse()).toEqual(down);
  });

  await test.step('a period', async () => {
    await list.period.selectOption('14d');
    await page.getByRole('button', { name: 'Show', exact: true }).first().click();
    await expect(page).toHaveURL(/period=14d/);
    await expect(page).toHaveURL(/sort=name/);
    await expect(list.period).toHaveValue('14d');
  });
});

test('a form says what is wrong, keeps what was typed, and then takes it', async ({ visit }) => {
  const page = await visit('admin', { javaScriptEnabled: false });
  const form = new AdvertiserForm(page, false);
  const name = unique('Plain Paper');
  await form.open(AdvertiserForm.address);
  // The browser takes this address and the server does not.
  await form.fill({ Name: name, 'Contact email': 'orders@nowhere', Website: 'https://paper.example', Notes: 'First line\nsecond line' });
  await form.submit(AdvertiserForm.button);
  await expect(form.summary).toBeVisible();
  await expect(form.field('Contact email')).toHaveAttribute('aria-invalid', 'true');
  expect(await form.messageOf('Contact email')).toContain('email address');
  await expect(form.field('Name')).toHaveValue(name);
  await expect(form.field('Contact email')).toHaveValue('orders@nowhere');
  await expect(form.field('Website')).toHaveValue('https://paper.example');
  await expect(form.field('Notes')).toHaveValue('First line\nsecond line');
  await expect(form.field('Name')).not.toHaveAttribute('aria-invalid', 'true');

  await form.fill({ 'Contact email': 'orders@paper.example' });
  await form.submit(AdvertiserForm.button);
  await page.waitForURL(/\/admin\/advertisers\/adv_\w+\?done=created/);
  await expect(form.heading).toHaveText(name);
  await expect(page.getByRole('status').first()).toContainText('created');

  const list = new ListPage(page, false);
  await list.open(`/admin/advertisers?q=${encodeURIComponent(name)}`);
  expect(await list.names()).toEqual([name]);
  await list.rows.getByRole('button', { name: 'Pause' }).click();
  await expect(list.rows).toContainText(['Paused']);
  await list.rows.getByRole('button', { name: 'Activate' }).click();
  await expect(list.rows).toContainText(['Active']);
});

test('the theme is kept without scripts', async ({ visit }) => {
  const page = await visit('affiliate', { javaScriptEnabled: false });
  await page.goto('/affiliate');
  const menu = await new Portal(page, false).openAccount();
  await menu.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto('/affiliate/links');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the whole chart is in the page that the server sends', async ({ api }) => {
  const html = await (await (await api('admin')).get('/admin')).text();
  expect(html).toMatch(/<svg[^>]*>[\s\S]*<path/);
  expect(html).not.toMatch(/\b(NaN|undefined|inf)\b(?![\w-])/);
});
