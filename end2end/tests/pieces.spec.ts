/** The browser's code comes in pieces: which, when, and what happens when one cannot be had. */
import { Portal } from '../pages/portal.ts';
import { type Page, expect, hydrated, test } from '../support/test.ts';

/** The name of a piece in its address, such as `admin` in `/pkg/admin.0a1b2c3d4e5f6071.wasm`. */
const PIECE = /\/pkg\/(\w+)\.[0-9a-f]{16}\.(?:wasm|bin)$/;
/** Of the network's set-up, a piece that the overview does without. */
const NETWORK = /\/pkg\/network\.[0-9a-f]{16}\.wasm$/;
/** The browser itself says so too. */
const CANNOT = { tolerate: /\/pkg\/network\.|Failed to load resource/ };

/** Which pieces a page asks for from now on, in the order of the alphabet. */
function pieces(page: Page): () => string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const name = PIECE.exec(request.url())?.[1];
    if (name) asked.push(name);
  });
  return () => asked.toSorted();
}

/** Marks the document, so that a page load shows. */
const mark = (page: Page) => page.evaluate(() => Object.assign(window, { sameDocument: true }));
const marked = (page: Page) => page.evaluate(() => 'sameDocument' in window);

test('a page brings its own piece; others come when they are wanted, once', async ({ visit }) => {
  const page = await visit('admin');
  const asked = pieces(page);
  const portal = new Portal(page);
  await portal.open('/admin');
  expect(asked()).toEqual(['admin', 'shared']);
  await mark(page);
  for (const name of ['Health', 'Overview', 'Health', 'Campaigns']) {
    await portal.place(name).click();
    await expect(portal.heading).toHaveText(name);
  }
  expect(asked()).toEqual(['admin', 'network', 'shared']);
  expect(await marked(page)).toBe(true);
});

test('whoever is not signed in loads the main piece only', async ({ visit }) => {
  const page = await visit(null);
  const asked = pieces(page);
  await new Portal(page).open('/login');
  expect(asked()).toEqual([]);
});

test('pieces are announced with the page, packed, and kept for good', async ({ api }) => {
  const admin = await api('admin', { 'accept-encoding': 'br' });
  const announced = (await admin.get('/admin/health')).headers()['link'] ?? '';
  const files = [...announced.matchAll(/<([^>]+)>; rel=preload; as=fetch; crossorigin/g)].map((m) => m[1] ?? '');
  expect(files.map((file) => PIECE.exec(file)?.[1])).toEqual(['shared', 'network']);
  for (const file of files) {
    const headers = (await admin.head(file)).headers();
    expect(headers['cache-control'], file).toBe('public, max-age=31536000, immutable');
    expect(headers['content-encoding'], file).toBe('br');
  }
  expect((await (await api(null)).get('/login')).headers()['link']).toBeUndefined();
});

test('the page before stays until the piece of the next one is there', async ({ visit }) => {
  const page = await visit('admin');
  const portal = new Portal(page);
  await portal.open('/admin');
  const html = page.locator('html');
  let arrive = () => {};
  const held = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(NETWORK, async (route) => {
    await held;
    await route.continue();
  });
  const begun = page.waitForRequest(NETWORK);
  await portal.place('Health').click();
  await begun;
  await expect(html).toHaveAttribute('data-waiting', 'true');
  await expect(portal.heading).toHaveText('Overview');
  arrive();
  await expect(portal.heading).toHaveText('Health');
  await expect(html).toHaveAttribute('data-waiting', 'false');
});

test('a piece that is gone with a new version loads the next page as a whole', async ({ visit }) => {
  const page = await visit('admin', CANNOT);
  const portal = new Portal(page);
  await portal.open('/admin');
  await mark(page);
  await page.route(NETWORK, (route) => route.fulfill({ status: 404 }), { times: 1 });
  await portal.place('Health').click();
  await page.waitForURL('**/admin/health');
  await hydrated(page);
  await expect(portal.heading).toHaveText('Health');
  expect(await marked(page)).toBe(false);
});

test('a page whose piece never comes works as the server has sent it', async ({ visit }) => {
  const page = await visit('admin', CANNOT);
  const portal = new Portal(page);
  await portal.open('/admin');
  await page.route(NETWORK, (route) => route.abort());
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.resourceType() === 'document') documents.push(new URL(request.url()).pathname);
  });
  const said = page.waitForEvent('console', (message) => message.text().includes('did not load'));
  await portal.place('Health').click();
  await page.waitForURL('**/admin/health');
  await said;
  await expect(portal.heading).toHaveText('Health');
  await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
  await expect(page.locator('html')).not.toHaveAttribute('data-waiting');
  await portal.place('Campaigns').click();
  await page.waitForURL('**/admin/campaigns');
  await hydrated(page);
  expect(documents).toEqual(['/admin/health', '/admin/campaigns']);
});
