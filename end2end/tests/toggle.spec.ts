/** The switch that pauses a link: it turns at once, and turns back when the server does not agree. */
import { Frame } from '../pages/frame.ts';
import { LinksPage } from '../pages/links.ts';
import { Gate } from '../support/gate.ts';
import { newLink } from '../support/make.ts';
import { expect, test } from '../support/test.ts';

test.describe.configure({ mode: 'parallel' });

const CALL = '**/fn/set_link_status';

test('it turns before the server has answered, and stays so', async ({ visit, api }) => {
  const link = await newLink(await api('admin'));
  const links = new LinksPage(await visit('admin'));
  const { page } = links;
  await links.openOne(link.id);
  const toggle = links.toggle(link.code);
  await expect(toggle).toHaveAttribute('aria-checked', 'true');
  await expect(links.status).toHaveText('Active');
  const gate = await Gate.before(page, CALL);
  const address = page.url();
  await toggle.click();
  await gate.reached();
  await expect(toggle).toHaveAttribute('aria-checked', 'false');
  await expect(toggle).toHaveAttribute('aria-busy', 'true');
  await expect(links.status).toHaveText('Paused');
  gate.open();
  await expect(toggle).not.toHaveAttribute('aria-busy');
  await expect(toggle).toHaveAttribute('aria-checked', 'false');
  expect(page.url()).toBe(address);
  await links.openOne(link.id);
  await expect(toggle).toHaveAttribute('aria-checked', 'false');
  await expect(links.status).toHaveText('Paused');
});

for (const [how, answer] of [
  ['refuses', { status: 500, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }],
  ['says why', { status: 409, contentType: 'application/json', body: JSON.stringify({ code: 'conflict', message: 'The campaign is archived.', request_id: 'made-up' }) }],
  ['cannot be reached', 'failed'],
] as const) {
  test(`it turns back and says so when the server ${how}`, async ({ visit, api }) => {
    const link = await newLink(await api('admin'));
    const page = await visit('admin', { tolerate: /status of (500|409)|: 500$|ERR_FAILED/ });
    const links = new LinksPage(page);
    await links.openOne(link.id);
    await page.route(CALL, (route) => (answer === 'failed' ? route.abort() : route.fulfill(answer)));
    const toggle = links.toggle(link.code);
    await toggle.click();
    const toast = new Frame(page).toasts;
    await expect(toast).toHaveCount(1);
    await expect(toast).toHaveAttribute('role', 'alert');
    await expect(toast).toContainText(`/c/${link.code}`);
    await expect(toast).toContainText('is as it was');
    if (how === 'says why') await expect(toast).toContainText('The campaign is archived. Request id made-up');
    await expect(toggle).toHaveAttribute('aria-checked', 'true');
    await expect(links.status).toHaveText('Active');
    await page.unroute(CALL);
    await toggle.click();
    await expect(toggle).toHaveAttribute('aria-checked', 'false');
    await expect(toggle).not.toHaveAttribute('aria-busy');
    await links.openOne(link.id);
    await expect(toggle).toHaveAttribute('aria-checked', 'false');
  });
}

test('pressed again meanwhile, the last word counts', async ({ visit, api }) => {
  const link = await newLink(await api('admin'));
  const links = new LinksPage(await visit('admin'));
  const { page } = links;
  await links.openOne(link.id);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/fn/set_link_status')) sent.push(/status=(\w+)/.exec(request.postData() ?? '')?.[1] ?? '');
  });
  const gate = await Gate.before(page, CALL);
  const toggle = links.toggle(link.code);
  for (let presses = 0; presses < 4; presses += 1) await toggle.click();
  await expect(toggle).toHaveAttribute('aria-checked', 'true');
  gate.open();
  await expect(toggle).not.toHaveAttribute('aria-busy');
  expect(sent).toEqual(['paused', 'active']);
  await links.openOne(link.id);
  await expect(toggle).toHaveAttribute('aria-checked', 'true');
});

test('by keyboard, and the focus stays on it', async ({ visit, api }) => {
  const link = await newLink(await api('admin'));
  const links = new LinksPage(await visit('manager'));
  await links.openOne(link.id);
  const toggle = links.toggle(link.code);
  await toggle.focus();
  for (const [key, state] of [['Space', 'false'], ['Enter', 'true']] as const) {
    await links.page.keyboard.press(key);
    await expect(toggle).toHaveAttribute('aria-checked', state);
    await expect(toggle).not.toHaveAttribute('aria-busy');
    await expect(toggle).toBeFocused();
  }
});

test('without JavaScript it is a form', async ({ visit, api }) => {
  const link = await newLink(await api('admin'));
  const links = new LinksPage(await visit('admin', { javaScriptEnabled: false }), false);
  await links.openOne(link.id);
  for (const [state, word] of [['false', 'Paused'], ['true', 'Active']] as const) {
    await links.toggle(link.code).click();
    await links.page.waitForURL(new RegExp(`q=${link.id}&done=${word.toLowerCase()}`));
    await expect(links.toggle(link.code)).toHaveAttribute('aria-checked', state);
    await expect(links.status).toHaveText(word);
    await expect(links.page.getByRole('status').filter({ hasText: `The link is ${word.toLowerCase()}` })).toBeVisible();
  }
});

test('a paused link is paused for its visitors, and finance has no switch', async ({ visit, api }) => {
  const link = await newLink(await api('admin'));
  const visitor = await api(null, { 'user-agent': 'Mozilla/5.0 test' });
  const leads = async () => (await visitor.head(link.url)).headers()['location'] ?? '';
  await expect.poll(leads).toContain('shop.example');
  const links = new LinksPage(await visit('admin'));
  await links.openOne(link.id);
  await links.toggle(link.code).click();
  await expect.poll(leads).not.toContain('shop.example');
  const theirs = new LinksPage(await visit('finance'));
  await theirs.openOne(link.id);
  await expect(theirs.status).toHaveText('Paused');
  await expect(theirs.main.getByRole('switch')).toHaveCount(0);
});
