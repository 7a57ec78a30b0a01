/** Keys of the API: made in the portal, shown once, used, replaced, ended. */
import type { APIRequestContext, Page } from '@playwright/test';
import { ApiKeysPage, NewApiKeyPage } from '../pages/api-keys.ts';
import { LoginPage } from '../pages/login.ts';
import { expect, test } from '../support/test.ts';
import { type Who, loginOf, unique } from '../support/world.ts';

/** A page of somebody who has just signed in: keys are made only by people who proved who they are. */
async function signIn(page: Page, who: Who, scripts = true): Promise<void> {
  await new LoginPage(page, scripts).signIn(loginOf(who));
}

async function status(api: APIRequestContext, path: string, key: string): Promise<number> {
  return (await api.get(path, { headers: { authorization: `Bearer ${key}` } })).status();
}

test('a key is shown once, opens the API, and ends when it is revoked', async ({ visit, api }) => {
  const page = await visit(null);
  await signIn(page, 'admin');
  const form = new NewApiKeyPage(page, '/admin');
  await form.openForm();
  const name = unique('Script');
  await form.fill({ Name: name });
  await form.tick('links:read', 'affiliates:read');
  await form.submit('Create key');
  const key = await form.shownKey();
  expect(key).toMatch(/^mr_live_[0-9A-Za-z]{36}$/);
  expect(page.url()).not.toContain('mr_live_');

  const nobody = await api(null);
  expect(await status(nobody, '/api/v1/affiliates', key)).toBe(200);
  expect(await status(nobody, '/api/v1/advertisers', key)).toBe(403);
  expect(await status(nobody, '/api/v1/affiliates', `${key.slice(0, -1)}_`)).toBe(401);
  expect((await nobody.get(`/api/v1/affiliates?key=${key}`)).status()).toBe(401);

  const list = new ApiKeysPage(page, '/admin');
  await list.openList();
  expect(await page.content()).not.toContain(key);
  const row = list.row(name);
  await expect(row).toContainText(`mr_live_…${key.slice(-4)}`);
  await expect(row).toContainText('The network');
  await expect(row).not.toContainText('Last used Never');
  await list.revoke(name);
  await expect(page.getByRole('status').filter({ hasText: 'The key is revoked' })).toBeVisible();
  await expect(list.row(name)).toContainText('Revoked');
  expect(await status(nobody, '/api/v1/affiliates', key)).toBe(401);
});

test('rotating a key keeps the old one for a while', async ({ visit, api }) => {
  const page = await visit(null);
  await signIn(page, 'admin');
  const form = new NewApiKeyPage(page, '/admin');
  const name = unique('Rotated');
  const old = await form.createNew(name, 'links:read');
  const list = new ApiKeysPage(page, '/admin');
  await list.openList();
  await list.rotate(name, 'for an hour');
  const fresh = await form.shownKey();
  expect(fresh).not.toBe(old);
  const nobody = await api(null);
  for (const key of [old, fresh]) expect(await status(nobody, '/api/v1/links', key)).toBe(200);
  await list.openList();
  await expect(list.rowWith(`…${old.slice(-4)}`)).toContainText('Replaced');
  await expect(list.rowWith(`…${fresh.slice(-4)}`)).toContainText('Active');
});

test('without JavaScript the key comes as a page of its own', async ({ visit, api }) => {
  const page = await visit(null, { javaScriptEnabled: false });
  await signIn(page, 'affiliate', false);
  const form = new NewApiKeyPage(page, '/affiliate', false);
  await form.openForm();
  await form.submit('Create key');
  await expect(form.summary).toContainText('Choose at least one thing');
  const name = unique('Plain');
  await form.fill({ Name: name });
  await form.tick('links:read');
  await form.submit('Create key');
  const key = await page.getByLabel('The key').inputValue();
  expect(page.url()).not.toContain('mr_live_');
  const nobody = await api(null);
  expect(await status(nobody, '/api/v1/links', key)).toBe(200);
  expect(await status(nobody, '/api/v1/affiliates', key)).toBe(403);
  await page.getByRole('link', { name: 'I have stored the key' }).click();
  const list = new ApiKeysPage(page, '/affiliate', false);
  await list.revoke(name);
  await expect(list.row(name)).toContainText('Revoked');
  expect(await status(nobody, '/api/v1/links', key)).toBe(401);
});

test('the form says what is wrong, at the field', async ({ visit }) => {
  const page = await visit(null, { tolerate: /422|400/ });
  await signIn(page, 'admin');
  const form = new NewApiKeyPage(page, '/admin');
  await form.openForm();
  await form.fill({ 'Expires after so many days': 'soon', 'Allowed addresses': 'example.com' });
  await form.submit('Create key');
  await expect(form.summary).toBeFocused();
  await expect(form.summary).toContainText('Choose at least one thing');
  expect(await form.messageOf('Expires after so many days')).toContain('whole days');
  expect(await form.messageOf('Allowed addresses')).toContain('no address such as');
  await expect(form.field('Allowed addresses')).toHaveValue('example.com');
});

test('an affiliate is offered only what affiliates may do, and sees only its own keys', async ({ visit }) => {
  const admin = await visit(null);
  await signIn(admin, 'admin');
  const networks = unique('Network key');
  await new NewApiKeyPage(admin, '/admin').createNew(networks, 'links:read');
  const page = await visit('affiliate');
  const form = new NewApiKeyPage(page, '/affiliate');
  await form.openForm();
  const offered = await form.scopes();
  expect(offered).toContain('links:write');
  expect(offered).not.toContain('affiliates:read');
  expect(offered).not.toContain('conversions:write');
  await new ApiKeysPage(page, '/affiliate').openList();
  await expect(page.locator('main')).not.toContainText(networks);
});
