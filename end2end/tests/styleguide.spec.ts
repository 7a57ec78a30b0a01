/** The page with every part of the kit: nothing on it may be unreadable or too wide, in any theme and size. */
import { Portal } from '../pages/portal.ts';
import { expectReadable } from '../support/readable.ts';
import { type Page, type VisitOptions, expect, test } from '../support/test.ts';

test.describe.configure({ mode: 'parallel' });


/** Nothing sticks out of the window, and no text out of its box. */
async function expectFitting(page: Page): Promise<void> {
  const { over, spilt } = await page.evaluate(() => {
    const root = document.documentElement;
    const name = (e: Element) => `${e.tagName.toLowerCase()}.${e.getAttribute('class') ?? ''} in #${e.closest('.guide')?.id ?? ''}`;
    const all = [...document.querySelectorAll('main *')].filter((e) => !e.closest('.scroll, svg, .vh, .yl, .xl'));
    return {
      over: root.scrollWidth > root.clientWidth ? all.filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1).map(name).slice(0, 8) : [],
      spilt: all
        .filter((e) => e.matches('.kpi, .card, .btn, .badge, .notice, .toast, .bars li, .pop, .facts dd'))
        .filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'visible')
        .map(name)
        .slice(0, 8),
    };
  });
  expect(over, 'wider than the window').toEqual([]);
  expect(spilt, 'wider than their box').toEqual([]);
}

const LOOKS: { name: string; options: VisitOptions; axe: boolean }[] = [
  { name: 'light-1280', options: { theme: 'light', viewport: { width: 1280, height: 900 } }, axe: true },
  { name: 'dark-1280', options: { theme: 'dark', viewport: { width: 1280, height: 900 } }, axe: true },
  { name: 'light-390', options: { theme: 'light', viewport: { width: 390, height: 844 } }, axe: true },
  { name: 'dark-390', options: { theme: 'dark', viewport: { width: 390, height: 844 } }, axe: true },
  { name: 'narrowest', options: { theme: 'light', viewport: { width: 320, height: 800 } }, axe: false },
  { name: 'zoomed', options: { theme: 'light', viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }, axe: false },
  // The colours are the system's then, and axe cannot know their contrast.
  { name: 'forced-colours', options: { forcedColors: 'active', viewport: { width: 1280, height: 900 } }, axe: false },
];

for (const { name, options, axe } of LOOKS) {
  test(`styleguide, ${name}`, async ({ visit }) => {
    const page = await visit('admin', options);
    expect(await new Portal(page).open('/admin/styleguide')).toBe(200);
    await expect(page.locator('.guide')).toHaveCount(16);
    await expectFitting(page);
    if (axe) await expectReadable(page, name);
    await page.screenshot({ path: test.info().outputPath(`styleguide-${name}.png`), fullPage: true });
  });
}

test('each section has an anchor, and no id is there twice', async ({ visit }) => {
  const page = await visit('admin');
  await new Portal(page).open('/admin/styleguide');
  for (const link of await page.getByRole('navigation', { name: 'Sections' }).getByRole('link').all()) {
    await expect(page.locator((await link.getAttribute('href')) ?? '#none')).toHaveCount(1);
  }
  const twice = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    return ids.filter((id, i) => ids.indexOf(id) !== i);
  });
  expect(twice).toEqual([]);
  expect(await page.locator('main').innerText()).not.toMatch(/\b(NaN|undefined|Infinity)\b/);
});

test('toasts appear, and errors stay until they are closed', async ({ visit }) => {
  const page = await visit('admin');
  await new Portal(page).open('/admin/styleguide');
  await page.getByRole('button', { name: 'Show an error' }).click();
  const toast = page.locator('.toasts').getByRole('alert');
  await expect(toast).toContainText('The database does not answer');
  await toast.getByRole('button', { name: 'Close' }).click();
  await expect(toast).toHaveCount(0);
});

test('a switch that is refused turns back', async ({ visit }) => {
  const page = await visit('admin', { tolerate: /status of 404/ });
  await new Portal(page).open('/admin/styleguide');
  const toggle = page.getByRole('switch', { name: 'Active: No link at all' });
  await expect(toggle).toHaveAttribute('aria-checked', 'true');
  await toggle.click();
  await expect(page.locator('.toasts').getByRole('alert')).toContainText('No link at all is as it was. There is nothing at this address.');
  await expect(toggle).toHaveAttribute('aria-checked', 'true');
});

test('without scripts it is all there', async ({ visit }) => {
  const page = await visit('admin', { javaScriptEnabled: false });
  await page.goto('/admin/styleguide');
  await expect(page.locator('.guide')).toHaveCount(16);
  await expect(page.locator('figure.chart')).toHaveCount(8);
});
