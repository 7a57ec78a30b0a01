/** The audit log: who changed what, when, from where; found by object and by request; and nothing in it can be changed. */
import { Form } from '../pages/forms.ts';
import { ListPage } from '../pages/list.ts';
import { create } from '../support/make.ts';
import { expect, test } from '../support/test.ts';
import { loginOf, unique } from '../support/world.ts';

test('a change is on record with its author, both values, address and request', async ({ visit, api }) => {
  const admin = await api('admin');
  const [before, after] = [unique('Before'), unique('After')];
  const id = await create(admin, 'advertiser', { name: before, notes: 'unchanged' });
  const page = await visit('admin');
  const form = new Form(page);
  await form.open(`/admin/advertisers/${id}/edit`);
  await form.fill({ Name: after });
  const answered = page.waitForResponse('**/fn/update_advertiser');
  await form.submit('Save changes');
  const request = (await answered).headers()['x-request-id'] ?? '';
  expect(request).toMatch(/^[\w-]{8,}$/);
  await page.waitForURL(/done=saved/);

  const log = new ListPage(page);
  await page.getByRole('link', { name: 'History of changes' }).click();
  await page.waitForURL(`**/admin/audit?q=${id}&period=all`);
  await expect(log.rows).toHaveCount(2);
  const row = log.rows.filter({ hasText: 'advertiser.update' });
  await expect(row).toContainText(loginOf('admin').email);
  await expect(row.locator('del').first()).toContainText(before);
  await expect(row.locator('ins').first()).toContainText(after);
  await expect(row).not.toContainText('unchanged');
  await expect(row).toContainText('127.0.0.1');
  await expect(row.locator('time')).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  await expect(log.rows.filter({ hasText: 'advertiser.create' })).toHaveCount(1);

  // Everything that one request did.
  await row.getByRole('link', { name: 'All changes of request' }).click();
  await page.waitForURL(`**/admin/audit?q=${request}&period=all`);
  await expect(log.rows).toHaveCount(1);
  await expect(log.rows).toContainText(id);

  // There is no way to change it: no form but those that filter, and no server function.
  const forms = await page.locator('main form').evaluateAll((all) => all.map((form) => (form.getAttribute('method') ?? 'get').toLowerCase()));
  expect(forms.filter((method) => method !== 'get')).toEqual([]);
  for (const word of ['update_audit', 'delete_audit', 'remove_audit']) {
    expect([404, 405]).toContain((await admin.post(`/fn/${word}`, { form: { id } })).status());
  }
});

test('kinds and days narrow it, also without JavaScript', async ({ visit, api }) => {
  const id = await create(await api('admin'), 'advertiser', { name: unique('Filed') });
  const page = await visit('finance', { javaScriptEnabled: false });
  const log = new ListPage(page, false);
  await log.open(`/admin/audit?q=${id}&status=advertiser.`);
  await expect(log.rows).toHaveCount(1);
  await log.open(`/admin/audit?q=${id}&status=campaign.`);
  await expect(log.main).toContainText('Nothing matches');
  await log.open(`/admin/audit?q=${id}&period=yesterday`);
  await expect(log.rows).toHaveCount(0);
});
