/** What holds for every page, whatever it is about. */
import { Portal } from '../pages/portal.ts';
import { expectReadable } from './readable.ts';
import { type Page, expect } from './test.ts';

/** From the narrowest phone to a wide screen; 640 is a usual window at twice the size. */
const WIDTHS = [320, 390, 640, 768, 1280, 1920];
/** Fold-outs and dialogs of a page that are looked at. */
const FOLDS = 4;

export interface Expected {
  /** Of the document. */
  status?: number;
}

/** Opens a page in the light theme and looks at everything. */
export async function expectGoodPage(page: Page, path: string, { status = 200 }: Expected = {}): Promise<void> {
  const portal = new Portal(page);
  expect(await portal.open(path), path).toBe(status);
  await expect(portal.heading).toHaveCount(1);
  await expect(portal.heading).toBeVisible();
  await expect(page.locator('main')).toHaveCount(1);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.title()).toMatch(/.+ · Millrace$/);
  expect(await page.locator('body').innerText()).not.toMatch(/\b(NaN|undefined|Infinity)\b/);
  // Contexts ask for less motion.
  expect.soft(await page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').length), `${path} moves`).toBe(0);
  await expectReadable(page, `${path}, light`);
  await expectLargeTargets(page, path);
  await expectSystemColours(page, path);
  await expectFolds(page, `${path}, light`);
  await page.setViewportSize({ width: 390, height: 800 });
  await expectReadable(page, `${path}, narrow`);
  await expectLargeTargets(page, `${path}, narrow`);
  await expectFitting(page, path);
}

/** Opens it in the dark one. */
export async function expectGoodDarkPage(page: Page, path: string): Promise<void> {
  await new Portal(page).open(path);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expectReadable(page, `${path}, dark`);
  await expectFolds(page, `${path}, dark`);
}

/** No page scrolls sideways. */
export async function expectFitting(page: Page, what: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const { scroll, client, widest } = await page.evaluate(() => {
      const root = document.documentElement;
      const over = [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1 && !element.closest('.scroll'))
        .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
      return { scroll: root.scrollWidth, client: root.clientWidth, widest: over.slice(0, 5) };
    });
    expect.soft(scroll, `${what} at ${width} px scrolls sideways; over the edge: ${widest.join(', ')}`).toBeLessThanOrEqual(client);
  }
}

/** Buttons are 24 px wide and high; a link or box is too, or stands in a text, or has that much room around its middle. */
export async function expectLargeTargets(page: Page, what: string): Promise<void> {
  const small = await page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('a[href], button, summary, select, input:not([type=hidden]), [role=button], [role=switch]')]
      .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest('.vh, [inert]') && !e.classList.contains('skip'))
      .map((e) => ({ e, box: e.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && box.height > 1);
    const inText = (e: HTMLElement) =>
      getComputedStyle(e).display.startsWith('inline') &&
      [...(e.parentElement?.childNodes ?? [])].some((n) => n.nodeType === Node.TEXT_NODE && (n.textContent ?? '').trim() !== '');
    const middle = (box: DOMRect) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    const near = (p: { x: number; y: number }, box: DOMRect) => {
      const dx = Math.max(box.left - p.x, 0, p.x - box.right);
      const dy = Math.max(box.top - p.y, 0, p.y - box.bottom);
      return Math.hypot(dx, dy) < 12;
    };
    return all
      .filter(({ e, box }) => (box.width < 23.9 || box.height < 23.9) && !inText(e))
      // A box and the words that belong to it are one.
      .filter(({ e }) => !(e instanceof HTMLInputElement && [...(e.labels ?? [])].some((l) => l.contains(e) && l.getBoundingClientRect().height >= 23.9)))
      // A button is large enough whatever is around it.
      .filter(({ e, box }) => e.matches('button, .btn, summary, [role=button], [role=switch]') || all.some((other) => other.e !== e && !other.e.contains(e) && !e.contains(other.e) && near(middle(box), other.box)))
      .map(({ e, box }) => `${e.tagName} ${e.className} “${(e.textContent ?? '').trim().slice(0, 24)}” ${Math.round(box.width)}×${Math.round(box.height)}`)
      .slice(0, 6);
  });
  expect.soft(small, `${what}: too small to hit`).toEqual([]);
}

/** In the colours of the system no text has the colour of what it stands on, and what can be pressed keeps an edge. */
export async function expectSystemColours(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ forcedColors: 'active' });
  const lost = await page.evaluate(() => {
    const clear = (colour: string) => colour === 'transparent' || /, 0\)$/.test(colour);
    const ground = (e: Element | null): string => {
      if (!e) return getComputedStyle(document.body).backgroundColor;
      const colour = getComputedStyle(e).backgroundColor;
      return clear(colour) ? ground(e.parentElement) : colour;
    };
    const shown = [...document.querySelectorAll<HTMLElement>('main *, header *, nav *')].filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('svg'));
    const words = (e: Element) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && (n.textContent ?? '').trim() !== '');
    const name = (e: Element) => `${e.tagName} ${e.className} “${(e.textContent ?? '').trim().slice(0, 24)}”`;
    const unreadable = shown.filter((e) => words(e) && getComputedStyle(e).color === ground(e)).map((e) => `no contrast: ${name(e)}`);
    const edgeless = shown
      .filter((e) => e.matches('.btn:not(.ghost), [role=switch], input:not([type=hidden]), select, textarea'))
      .filter((e) => !(e instanceof HTMLInputElement && ['checkbox', 'radio', 'file'].includes(e.type)))
      .filter((e) => ['none', 'hidden'].includes(getComputedStyle(e).borderTopStyle) && !e.closest('label, .combo'))
      .map((e) => `no edge: ${name(e)}`);
    return [...unreadable, ...edgeless].slice(0, 6);
  });
  expect.soft(lost, `${what} in the colours of the system`).toEqual([]);
  await page.emulateMedia({ forcedColors: 'none' });
}

/** What folds out or opens as a dialog can be read as well, and Escape closes a dialog and gives the focus back. */
async function expectFolds(page: Page, what: string): Promise<void> {
  const folds = page.locator('main details:not([open]) > summary:visible, header.top details:not([open]) > summary:visible');
  const known = new Set<string>();
  for (const handle of await folds.elementHandles()) {
    const label = ((await handle.textContent()) ?? '').trim();
    if (known.has(label) || known.size === FOLDS || !(await handle.isVisible())) continue;
    known.add(label);
    await handle.click();
    const isDialog = await page.evaluate(() => document.querySelector('dialog[open]:modal') !== null);
    await expectReadable(page, `${what}, with “${label}” open`, isDialog ? 'dialog[open]' : 'details[open]');
    if (isDialog) {
      expect.soft(await page.evaluate(() => document.activeElement?.closest('dialog[open]') !== null), `${what}: the focus is in “${label}”`).toBe(true);
      await page.keyboard.press('Escape');
      expect.soft(await handle.evaluate((e) => e === document.activeElement), `${what}: the focus is back after “${label}”`).toBe(true);
    } else {
      await handle.evaluate((e) => (e as Element).closest('details')?.removeAttribute('open'));
    }
  }
}
