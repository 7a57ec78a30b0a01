/** A whole task without the mouse: each step can be seen, and nothing that has the focus lies under the top bar. */
import type { Locator, Page } from '@playwright/test';
import { CampaignForm } from '../pages/forms.ts';
import { create } from '../support/make.ts';
import { expect, test } from '../support/test.ts';
import { unique } from '../support/world.ts';

/** Tabs from one stop to the next that a page may have before what is looked for. */
const FAR = 60;

/** What is wrong with how the focus is shown now. */
async function focusProblem(page: Page): Promise<string> {
  return page.evaluate(() => {
    const at = document.activeElement;
    // Behind the last stop the browser's own come, then the first again.
    if (!at || at === document.body) return '';
    const name = `${at.tagName} ${at.className} “${(at.textContent ?? '').trim().slice(0, 24)}”`;
    const style = getComputedStyle(at);
    const seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none';
    if (!seen) return `no ring around ${name}`;
    const box = at.getBoundingClientRect();
    const bar = document.querySelector('header.top');
    if (box.bottom <= 0 || box.top >= innerHeight) return `out of sight: ${name}`;
    if (bar && !bar.contains(at) && at.closest('main') && box.bottom <= bar.getBoundingClientRect().bottom) return `under the top bar: ${name}`;
    return '';
  });
}

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < FAR; presses += 1) {
    if (await target.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
    expect.soft(await focusProblem(page)).toBe('');
  }
  throw new Error(`${FAR} times Tab do not lead to ${target}`);
}

test('a campaign is created, looked at and paused by keyboard alone', async ({ visit, api }) => {
  const advertiser = unique('Zebra Shop');
  await create(await api('admin'), 'advertiser', { name: advertiser });
  const page = await visit('admin', { viewport: { width: 1280, height: 600 } });
  const form = new CampaignForm(page);
  await form.open('/admin');
  for (const key of ['g', 'c']) await page.keyboard.press(key);
  await page.waitForURL('**/admin/campaigns');
  await expect(form.heading).toHaveText('Campaigns');
  await page.keyboard.press('c');
  await page.waitForURL('**/admin/campaigns/new');
  await expect(form.field('Name')).toBeVisible();

  const name = unique('Without a mouse');
  const choose = async (label: string, text: string) => {
    await tabTo(page, form.field(label));
    await page.keyboard.type(text);
    await expect(form.field(label).locator('option:checked')).toHaveText(text);
  };
  const write = async (label: string, text: string) => {
    await tabTo(page, form.field(label));
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
  };
  await choose('Advertiser', advertiser);
  await write('Name', name);
  await choose('Status', 'Active');
  await write('Destination URL', 'https://shop.example/?c={click_id}');
  await write('Goal code', 'sale');
  await write('Goal name', 'Sale');
  await write('Revenue', '12.50');
  await write('Payout', '7.50');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/admin\/campaigns\/camp_\w+\?done=created/);
  await expect(form.heading).toHaveText(name);

  await tabTo(page, page.locator('header.top').getByRole('button', { name: 'Pause', exact: true }));
  await page.keyboard.press('Enter');
  await expect(page.locator('header.top .badge').first()).toHaveText('Paused');
  await tabTo(page, page.locator('summary', { hasText: 'Archive…' }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: /^Archive/ });
  await expect(dialog).toBeVisible();
  // The focus stays in it.
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null)).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.locator('summary', { hasText: 'Archive…' })).toBeFocused();
  await expect(page.locator('header.top .badge').first()).toHaveText('Paused');
});
