/** Two-step sign-in, sessions, looking at another's portal, and the policy of the pages. */
import type { APIRequestContext } from '@playwright/test';
import { LoginPage } from '../pages/login.ts';
import { SecurityPage, totp } from '../pages/security.ts';
import { expectReadable } from '../support/readable.ts';
import { expect, test } from '../support/test.ts';
import { type Login, loginOf, unique, world } from '../support/world.ts';

/** An affiliate of its own, so that no other test is locked out. */
async function newcomer(admin: APIRequestContext): Promise<Login & { id: string; name: string }> {
  const name = unique('Secure');
  const email = `${name.toLowerCase().replace(/\W+/g, '.')}@demo.example`;
  const password = 'a long enough password';
  const answer = await admin.post('/fn/create_affiliate', {
    form: { 'draft[name]': name, 'draft[status]': 'active', 'draft[user_email]': email, 'draft[user_password]': password },
    headers: { accept: 'text/html' },
  });
  const id = /\/admin\/affiliates\/(aff_\w+)/.exec(answer.headers()['location'] ?? '')?.[1];
  if (!id) throw new Error(`no affiliate was created: ${answer.status()} ${await answer.text()}`);
  return { role: 'affiliate', email, password, id, name };
}

for (const scripts of [true, false]) {
  test(`two-step sign-in from set-up to recovery code, ${scripts ? 'with' : 'without'} scripts`, async ({ visit, api }) => {
    const who = await newcomer(await api('admin'));
    const options = { javaScriptEnabled: scripts };
    const first = await visit(null, options);
    const login = new LoginPage(first, scripts);
    await login.signIn(who);
    const security = new SecurityPage(first, scripts);
    await security.open(SecurityPage.address);
    const { secret, code: used, codes } = await security.setUp();
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    // Shown once.
    await security.open(SecurityPage.address);
    await expect(security.main.locator('#recovery-codes')).toHaveCount(0);
    await expect(security.main.getByText('10 left')).toBeVisible();

    const page = await visit(null, options);
    const again = new LoginPage(page, scripts);
    await again.open('/login?next=/affiliate/links');
    await again.submit(who);
    await page.waitForURL('**/login/code');
    const code = page.getByLabel('Code', { exact: true });
    await expect(code).toHaveAttribute('autocomplete', 'one-time-code');
    await expect(code).toBeFocused();
    if (scripts) await expectReadable(page, 'asked for a code');
    // The code that set it up is used up, and so looks as wrong as any other.
    for (const wrong of ['000000', used]) {
      await code.fill(wrong);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert')).toHaveText('This code is not right, or it was used before.');
    }
    // As it is pasted: with a space in the middle.
    await code.fill(totp(secret, 1).replace(/(...)/, '$1 '));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/affiliate/links');

    const last = await visit(null, options);
    const lost = new LoginPage(last, scripts);
    await lost.open('/login');
    await lost.submit(who);
    await last.getByRole('link', { name: 'Use a recovery code instead' }).click();
    if (scripts) await expectReadable(last, 'asked for a recovery code');
    const recovery = last.getByLabel('Recovery code', { exact: true });
    await recovery.fill((codes[0] ?? '').toUpperCase());
    await last.getByRole('button', { name: 'Sign in' }).click();
    await last.waitForURL('**/affiliate');
    await new SecurityPage(last, scripts).open(SecurityPage.address);
    await expect(last.getByText('9 left')).toBeVisible();
  });
}

test('sessions are listed and ended one by one', async ({ visit, api }) => {
  const who = await newcomer(await api('admin'));
  // A page whose session has ended may still be on its way to the stream of events, which then refuses it.
  const ended = { tolerate: /status of 401/ };
  const [mine, other, third] = [await visit(null), await visit(null, ended), await visit(null, ended)];
  for (const page of [mine, other, third]) await new LoginPage(page).signIn(who);
  const security = new SecurityPage(mine);
  await security.open(SecurityPage.address);
  await expect(security.sessions).toHaveCount(3);
  await expect(security.sessions.filter({ hasText: 'This device' })).toHaveCount(1);
  await expect(security.sessions.first()).toContainText('Chrome on');
  await security.sessions.getByRole('button', { name: /End the session/ }).first().click();
  await mine.waitForURL(/done=ended/);
  await expect(security.sessions).toHaveCount(2);
  await security.main.getByText('End all others…').click();
  await mine.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
  await mine.waitForURL(/done=others/);
  await expect(security.sessions).toHaveCount(1);
  for (const page of [other, third]) {
    await page.goto('/affiliate/links');
    expect(new URL(page.url()).pathname).toBe('/login');
  }
  await security.open('/affiliate/links');
  expect(new URL(mine.url()).pathname).toBe('/affiliate/links');
});

test('an affiliate\'s portal is looked at and nothing is changed', async ({ visit, api }) => {
  const who = await newcomer(await api('admin'));
  // A sign-in of its own: the session itself changes sides.
  const page = await visit(null, { tolerate: /40[0-9]/ });
  const login = new LoginPage(page);
  await login.signIn(loginOf('admin'));
  await login.open(`/admin/affiliates/${who.id}`);
  await page.getByRole('button', { name: 'View as' }).click();
  await page.waitForURL('**/affiliate');
  const banner = page.getByRole('complementary', { name: 'Viewing as another account' });
  await expect(banner).toContainText(`Viewing as ${who.name}`);
  await login.open('/affiliate/campaigns');
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await expect(banner).toBeInViewport();
  const campaign = /\/affiliate\/campaigns\/(camp_\w+)/.exec(await page.content())?.[1] ?? '';
  const taken = await page.request.post('/fn/take_link', { form: { id: campaign, campaign } });
  expect(taken.status()).toBe(403);
  expect(await taken.text()).toContain(`You are viewing as ${who.name}; nothing can be changed.`);
  expect((await page.request.get('/admin')).status()).toBe(403);
  await banner.getByRole('button', { name: 'End viewing' }).click();
  await page.waitForURL(`**/admin/affiliates/${who.id}`);
  await expect(banner).toHaveCount(0);
});

test('only the network may look at others, and finance may not', async ({ api }) => {
  const id = world().demo.links[0]?.affiliate_id ?? '';
  for (const who of ['finance', 'affiliate'] as const) {
    const caller = await api(who);
    expect((await caller.post('/fn/view_as', { form: { affiliate: id } })).status(), who).toBe(403);
  }
});

test('pages run only scripts with the nonce of the answer', async ({ visit, api }) => {
  const nobody = await api(null);
  const nonces = new Set<string>();
  for (const path of ['/login', '/login', '/nothing/here']) {
    const answer = await nobody.get(path);
    const policy = answer.headers()['content-security-policy'] ?? '';
    const nonce = /script-src 'nonce-([\w-]+)' 'strict-dynamic' 'wasm-unsafe-eval'/.exec(policy)?.[1] ?? '';
    expect(nonce, policy).not.toBe('');
    nonces.add(nonce);
    for (const directive of ["frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"]) {
      expect(policy).toContain(directive);
    }
    const html = await answer.text();
    for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`);
    expect(html).not.toContain('http-equiv="Content-Security-Policy"');
  }
  expect(nonces.size).toBe(3);

  const page = await visit('admin', { tolerate: /Content Security Policy|404/ });
  const login = new LoginPage(page);
  await login.open('/admin');
  const ran = await page.evaluate(async () => {
    document.body.insertAdjacentHTML('beforeend', '<img id="forged" src="/nothing.png" onerror="window.injected = true">');
    // One of ours is called after the one in the markup would have been.
    await new Promise((resolve) => document.getElementById('forged')?.addEventListener('error', resolve));
    return 'injected' in window;
  });
  expect(ran, 'an injected handler ran').toBe(false);
});
