/** The frame around the pages: finding, keys, live updates, the bell, and nothing typed being lost. */
import { Frame, countWords } from '../pages/frame.ts';
import { AdvertiserForm } from '../pages/forms.ts';
import { newPerson } from '../support/command.ts';
import { Gate } from '../support/gate.ts';
import { order } from '../support/make.ts';
import { expectReadable } from '../support/readable.ts';
import { idsFor } from '../support/routes.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { loginOf, unique, world } from '../support/world.ts';

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

const sale = (link: { goal: string }) => ({ goal: link.goal, amount: '20.00' });

test.describe('the command menu', () => {
  test('finds pages, actions and objects by keyboard alone', async ({ visit, api }) => {
    const ids = await idsFor(await api('admin'));
    const page = await visit('admin');
    const frame = new Frame(page);
    await frame.open('/admin/campaigns');
    const before = frame.main.locator('tbody a').first();
    await before.focus();

    await test.step('Ctrl K opens it, Esc closes it and gives the focus back', async () => {
      await page.keyboard.press('Control+k');
      await expect(frame.menu).toBeVisible();
      await expect(frame.menuField).toBeFocused();
      await expectReadable(page, 'command menu');
      await page.keyboard.press('Escape');
      await expect(frame.menu).toBeHidden();
      await expect(before).toBeFocused();
    });

    await test.step('arrows choose, the field keeps the focus', async () => {
      await page.keyboard.press('Control+k');
      const first = await frame.chosen();
      expect(first).not.toBe('');
      await page.keyboard.press('ArrowDown');
      const second = await frame.chosen();
      expect(second).not.toBe(first);
      await expect(frame.menuField).toBeFocused();
      await expect(frame.options.locator('[aria-selected=true]').or(frame.menu.locator('[aria-selected=true]'))).toHaveCount(1);
      await page.keyboard.press('ArrowUp');
      expect(await frame.chosen()).toBe(first);
    });

    await test.step('a page', async () => {
      await frame.menuField.fill('conversions');
      await expect(frame.options.first()).toContainText('Conversions');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/admin/conversions');
      await expect(frame.menu).toBeHidden();
    });

    for (const [what, text, leads] of [
      ['a campaign by its id', ids.campaign, `**/admin/campaigns/${ids.campaign}`],
      // The conversion of the click stands beside it.
      ['a click by its id', ids.clickId, /\/admin\/(clicks\?q=|conversions\/conv_)\w+/],
      ['a conversion by its id', ids.conversion, `**/admin/conversions/${ids.conversion}`],
      ['somebody by email', loginOf('affiliate').email, /\/admin\/affiliates\/aff_\w+/],
    ] as const) {
      await test.step(what, async () => {
        await page.keyboard.press('Control+k');
        await frame.menuField.fill(text);
        await expect(frame.options).not.toHaveCount(0);
        await page.keyboard.press('Enter');
        await page.waitForURL(leads);
      });
    }

    await test.step('nothing', async () => {
      await page.keyboard.press('Control+k');
      await frame.menuField.fill('no such thing at all');
      await expect(frame.menu.getByRole('status')).toContainText('Nothing found');
      await expect(frame.options).toHaveCount(0);
    });
  });

  test('shows an affiliate its own only', async ({ visit, api }) => {
    const ids = await idsFor(await api('admin'));
    const page = await visit('affiliate2');
    const frame = new Frame(page);
    await frame.open('/affiliate');
    await page.keyboard.press('Control+k');
    await expect(frame.menu.getByText('New campaign')).toHaveCount(0);
    for (const theirs of [loginOf('affiliate').email, ids.advertiser, ids.affiliate]) {
      await frame.menuField.fill(theirs);
      await expect(frame.menu.getByRole('status')).toContainText('Nothing found');
    }
    const direct = await (await api('affiliate2')).post('/fn/search', { form: { q: ids.affiliate } });
    // An answer without results repeats the question and little else.
    expect(direct.status()).toBe(200);
    expect((await direct.body()).length).toBeLessThan(ids.affiliate.length + 40);
  });

  test('is a page without JavaScript', async ({ visit, api }) => {
    const ids = await idsFor(await api('admin'));
    const page = await visit('admin', { javaScriptEnabled: false });
    const frame = new Frame(page, false);
    await frame.open('/admin');
    await page.locator('.side').getByRole('searchbox').fill(ids.campaign);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/admin/search?q=${ids.campaign}`);
    await expect(frame.main.locator(`a[href="/admin/campaigns/${ids.campaign}"]`)).toBeVisible();
    await frame.main.getByRole('searchbox').fill('no such thing at all');
    await page.keyboard.press('Enter');
    await expect(frame.main).toContainText('Nothing found');
  });
});

test.describe('keys', () => {
  test('lead through the portal, and can be turned off', async ({ visit }) => {
    const page = await visit('admin');
    const frame = new Frame(page);
    await frame.open('/admin');
    await page.keyboard.press('?');
    await expect(frame.keys).toBeVisible();
    await expectReadable(page, 'list of keys');
    // While a dialog is open, keys are its own.
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.keyboard.press('Escape');
    await expect(frame.keys).toBeHidden();
    expect(new URL(page.url()).pathname).toBe('/admin');

    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.waitForURL('**/admin/campaigns');
    await expect(frame.heading).toHaveText('Campaigns');
    await frame.main.locator('tbody tr').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const first = frame.main.locator('tbody tr').first();
    await expect(first.locator(':focus')).toHaveCount(1);
    await page.keyboard.press('c');
    await page.waitForURL('**/admin/campaigns/new');

    // In a field they are letters.
    const name = frame.main.getByLabel('Name', { exact: true });
    await name.fill('');
    await name.pressSequentially('gc?/x');
    await expect(name).toHaveValue('gc?/x');
    await name.fill('');

    await frame.open('/admin');
    const menu = await frame.openAccount();
    await menu.getByRole('button', { name: /Keyboard/ }).click();
    await frame.keys.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(frame.keys).toBeHidden();
    await frame.open('/admin');
    await page.keyboard.press('/');
    await expect(frame.menu).toBeHidden();
    await page.keyboard.press('Control+k');
    await expect(frame.menu).toBeVisible();
  });
});

test.describe('live updates', () => {
  test('a reported conversion moves the badge and the figures without a reload; paused, nothing moves', async ({ visit, api }) => {
    test.setTimeout(90_000);
    const link = world().demo.links[0];
    if (!link) throw new Error('the demo network has no links');
    const visitor = await api(null, { 'user-agent': BROWSER });
    const page = await visit('admin');
    const words = await countWords(page);
    const frame = new Frame(page);
    await frame.open('/admin/conversions');
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await expect(frame.freshness).toContainText(/Data as of .* behind/);
    // The first word of the stream must have come: what is reported before is not news.
    await expect.poll(words).toBeGreaterThan(0);
    const before = await frame.badge('Conversions');
    const { txid } = await order(visitor, link.url, sale(link));
    await expect.poll(() => frame.badge('Conversions'), { timeout: 10_000 }).toBeGreaterThan(before);
    await expect(frame.main.locator('tbody')).toContainText(txid, { timeout: 20_000 });
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);

    await frame.freshness.getByRole('button', { name: 'Pause live updates' }).click();
    await expect(frame.freshness).toContainText('Paused');
    await expectReadable(page, 'paused');
    const [count, heard] = [await frame.badge('Conversions'), words()];
    // Somebody who is told sees it; whoever is not sees what was there.
    const other = new Frame(await visit('finance'));
    await other.open('/admin/conversions');
    const later = (await order(visitor, link.url, sale(link))).txid;
    await expect(other.main.locator('tbody')).toContainText(later, { timeout: 20_000 });
    expect(await frame.badge('Conversions')).toBe(count);
    await expect(frame.main.locator('tbody')).not.toContainText(later);
    expect(words()).toBe(heard);

    await test.step('it stays paused after a reload, until it is resumed', async () => {
      await frame.open('/admin/conversions');
      await expect(frame.freshness).toContainText('Paused');
      await frame.freshness.getByRole('button', { name: 'Resume live updates' }).click();
      await expect(frame.freshness).not.toContainText('Paused');
    });
  });

  test('what happens between a page and the first word of the stream is shown, too', async ({ visit, api }) => {
    const link = world().demo.links[0];
    if (!link) throw new Error('the demo network has no links');
    const admin = await api('admin');
    const page = await visit('manager');
    const gate = await Gate.before(page, '**/live');
    const frame = new Frame(page);
    await frame.open('/admin/conversions');
    await gate.reached();
    const { txid } = await order(await api(null, { 'user-agent': BROWSER }), link.url, sale(link));
    await expect.poll(async () => (await admin.get('/admin/conversions')).text(), { timeout: 15_000 }).toContain(txid);
    gate.open();
    await expect(frame.main.locator('tbody')).toContainText(txid, { timeout: 25_000 });
  });

  test('whoever is at work in a table by keyboard keeps the place, and is offered what is new', async ({ visit, api }) => {
    const link = world().demo.links[0];
    if (!link) throw new Error('the demo network has no links');
    const page = await visit('manager');
    const words = await countWords(page);
    const frame = new Frame(page);
    await frame.open('/admin/conversions');
    await expect.poll(words).toBeGreaterThan(0);
    await page.keyboard.press('j');
    const place = frame.main.locator('tbody tr').first().locator(':focus');
    await expect(place).toHaveCount(1);
    const { txid } = await order(await api(null, { 'user-agent': BROWSER }), link.url, sale(link));
    const fresh = frame.freshness.getByRole('button', { name: 'New data' });
    await expect(fresh).toBeVisible({ timeout: 20_000 });
    await expect(place).toHaveCount(1);
    await expect(frame.main.locator('tbody')).not.toContainText(txid);
    await expect(async () => {
      // Another test's order may have come first.
      if (await fresh.isVisible()) await fresh.click();
      await expect(frame.main.locator('tbody')).toContainText(txid, { timeout: 2_000 });
    }).toPass({ timeout: 20_000 });
  });

  test('an affiliate is told of a new conversion', async ({ visit, api }) => {
    const link = world().demo.links[0];
    if (!link) throw new Error('the demo network has no links');
    const page = await visit(await newPerson('affiliate', unique('Told at once'), link.affiliate_id));
    const words = await countWords(page);
    const frame = new Frame(page);
    await frame.open('/affiliate');
    await expect.poll(words).toBeGreaterThan(0);
    await order(await api(null, { 'user-agent': BROWSER }), link.url, sale(link));
    const toast = frame.toasts.filter({ hasText: /new conversion/ });
    await expect(toast.first()).toBeVisible({ timeout: 15_000 });
    await expect(toast.first()).toHaveAttribute('role', 'status');
  });

  test('the stream is for signed-in pages of this site', async ({ api }) => {
    expect((await (await api(null)).get('/live')).status()).toBe(401);
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.test' }] as Record<string, string>[]) {
      expect((await (await api('admin', headers)).get('/live')).status()).toBe(403);
    }
  });

  test('a session ended elsewhere offers to sign in, and what was typed comes back', async ({ visit, api, playwright }) => {
    test.setTimeout(90_000);
    // A session of its own, so that ending it disturbs no other test.
    const own = await playwright.request.newContext({ baseURL: world().consoleUrl });
    const login = loginOf('admin');
    const answer = await own.post('/fn/sign_in', {
      form: { email: login.email, password: login.password, next: '' },
      headers: { accept: 'text/html' },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(302);
    const page = await visit(null, { storageState: await own.storageState(), tolerate: /status of 40[13]/ });
    const form = new AdvertiserForm(page);
    await form.open(AdvertiserForm.address);
    const name = unique('Interrupted');
    await form.fill({ Name: name, Notes: 'First line\nsecond = line \\ with everything' });
    expect((await own.post('/fn/sign_out', { form: {} })).status()).toBeLessThan(400);
    const dialog = page.getByRole('dialog', { name: 'You are signed out' });
    await expect(dialog).toBeVisible({ timeout: 25_000 });
    await expectReadable(page, 'signed out');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/login\?next=/);
    await page.getByLabel('Email', { exact: true }).fill(login.email);
    await page.getByLabel('Password', { exact: true }).fill(login.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`**${AdvertiserForm.address}`);
    await expect(form.field('Name')).toHaveValue(name);
    await expect(form.field('Notes')).toHaveValue('First line\nsecond = line \\ with everything');
    await form.submit(AdvertiserForm.button);
    await page.waitForURL(/\/admin\/advertisers\/adv_\w+\?done=created/);
    await own.dispose();
    expect((await (await api('admin')).get('/admin')).status()).toBe(200);
  });
});

test.describe('the bell', () => {
  test('says what waits; reading one and all is remembered', async ({ visit }) => {
    const page = await visit('manager');
    const frame = new Frame(page);
    await frame.open('/admin');
    // The demo network has many conversions that wait.
    await expect(frame.bell).toHaveAccessibleName(/Notifications, \d+ unread/, { timeout: 20_000 });
    await frame.bell.click();
    await expect(frame.bellPanel).toBeVisible();
    await expect(frame.bellPanel).toContainText('wait for a decision');
    await expectReadable(page, 'open bell');
    await frame.bellPanel.getByRole('button', { name: 'Mark all as read' }).click();
    await expect(frame.bell).toHaveAccessibleName('Notifications');
    await page.keyboard.press('Escape');
    await expect(frame.bellPanel).toBeHidden();
    await frame.open('/admin/notifications');
    await expect(frame.bell).toHaveAccessibleName('Notifications');
    await frame.main.getByRole('link', { name: 'Unread' }).click();
    await expect(frame.main).toContainText('Everything is read');
  });

  test('is a page without JavaScript', async ({ visit }) => {
    const page = await visit('finance', { javaScriptEnabled: false });
    const frame = new Frame(page, false);
    await frame.open('/admin');
    await page.getByRole('link', { name: /^Notifications/ }).first().click();
    await page.waitForURL('**/admin/notifications');
    await expect(frame.main).toContainText('wait for a decision');
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await expect(page.getByRole('button', { name: 'Mark all as read' })).toHaveCount(0);
  });
});

test.describe('what has been typed', () => {
  test('is not lost by a click', async ({ visit }) => {
    const page = await visit('admin');
    const form = new AdvertiserForm(page);
    await form.open(AdvertiserForm.address);
    const guard = page.getByRole('dialog', { name: 'Leave without saving?' });
    // Untouched, it does not ask.
    await form.place('Links').click();
    await page.waitForURL('**/admin/links');
    await form.open(AdvertiserForm.address);
    await form.fill({ Name: 'Half a name' });
    await form.place('Links').click();
    await expect(guard).toBeVisible();
    await expectReadable(page, 'unsaved changes');
    await page.keyboard.press('Escape');
    await expect(guard).toBeHidden();
    await expect(form.field('Name')).toHaveValue('Half a name');
    await form.place('Links').click();
    await guard.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL('**/admin/links');
    // Saved, it does not ask either.
    await form.createNew({ Name: unique('Saved') });
    await form.place('Links').click();
    await page.waitForURL('**/admin/links');
  });
});

test.describe('what is typed early', () => {
  test('stays when the browser code takes over', async ({ visit }) => {
    const page = await visit('admin');
    const form = new AdvertiserForm(page, false);
    const gate = await Gate.before(page, '**/pkg/*.wasm');
    await form.open(AdvertiserForm.address);
    const [name, notes] = [unique('Early'), '\nFirst line\n  second <line> &amp; more'];
    await form.fill({ Name: name, Status: 'Paused', Notes: notes });
    await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
    gate.open();
    await hydrated(page);
    for (const [field, value] of [['Name', name], ['Status', 'paused'], ['Notes', notes]] as const) {
      await expect(form.field(field)).toHaveValue(value);
    }
    await form.submit(AdvertiserForm.button);
    await page.waitForURL(/\/admin\/advertisers\/adv_\w+\?done=created/);

    // What is stored comes back as it was typed, by a click and with the first HTML.
    await page.locator('header.top').getByRole('link', { name: 'Edit' }).click();
    await expect(form.field('Name')).toHaveValue(name);
    const stored = await form.field('Notes').inputValue();
    expect(stored.trim()).toBe(notes.trim());
    await page.reload();
    await hydrated(page);
    await expect(form.field('Notes')).toHaveValue(stored);
  });
});

test.describe('at every width', () => {
  test('the drawer holds the focus while it is open', async ({ visit }) => {
    const page = await visit('admin', { viewport: { width: 390, height: 800 } });
    const frame = new Frame(page);
    await frame.open('/admin');
    const opener = page.getByRole('button', { name: 'Menu', exact: true });
    await opener.click();
    await expect(frame.place('Links')).toBeVisible();
    for (let i = 0; i < 30; i += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('.col, .skip') === null)).toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect(frame.place('Links')).toBeHidden();
    await expect(opener).toBeFocused();
  });

  test('nothing overlaps the heading, and everything clickable is large enough', async ({ visit }) => {
    const page = await visit('admin');
    const frame = new Frame(page);
    for (const width of [320, 390, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      await frame.open('/admin');
      const tools = await page.locator('.tools-row').boundingBox();
      const heading = await frame.heading.boundingBox();
      const overlap =
        tools && heading && heading.x + heading.width > tools.x && heading.y < tools.y + tools.height && heading.y + heading.height > tools.y;
      expect.soft(overlap, `heading under the tools at ${width} px`).toBeFalsy();
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button, a[href], [role=button]')]
          .filter((el) => el instanceof HTMLElement && el.checkVisibility({ visibilityProperty: true }) && !el.closest('p'))
          .map((el) => ({ el, box: el.getBoundingClientRect() }))
          .filter(({ el, box }) => box.width > 1 && box.height > 1 && (box.width < 24 || box.height < 24) && !el.classList.contains('skip'))
          .map(({ el, box }) => `${el.tagName} ${el.className} ${el.textContent?.trim().slice(0, 20)} ${box.width}×${box.height}`),
      );
      expect.soft(small, `targets at ${width} px`).toEqual([]);
    }
  });

  test('what has the focus is not hidden under the top bar', async ({ visit }) => {
    const page = await visit('admin', { viewport: { width: 1280, height: 500 } });
    const frame = new Frame(page);
    await frame.open('/admin/campaigns');
    await frame.main.locator('tbody tr').last().locator('a').first().focus();
    const rows = await frame.main.locator('tbody tr').count();
    for (let i = 0; i < Math.min(rows, 20); i += 1) {
      await page.keyboard.press('k');
      const hidden = await page.evaluate(() => {
        const top = document.querySelector('header.top')?.getBoundingClientRect().bottom ?? 0;
        const at = document.activeElement?.getBoundingClientRect();
        return at !== undefined && at.bottom <= top;
      });
      expect(hidden).toBe(false);
    }
  });
});
