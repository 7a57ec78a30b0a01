/** Rejecting: it asks first, wants a reason, undoes the money exactly, and the affiliate reads why. */
import { ConversionPage } from '../pages/conversion.ts';
import { ListPage } from '../pages/list.ts';
import { expect, test } from '../support/test.ts';

test('a rejected conversion', async ({ visit }) => {
  const own = new ListPage(await visit('affiliate'));
  await own.open('/affiliate/conversions?period=14d&status=pending');
  const txid = /\b[a-z_]+-\d{6}\b/.exec(await own.rows.first().innerText())?.[0] ?? '';
  expect(txid).not.toBe('');

  const page = await visit('admin', { tolerate: /status of 422/ });
  const list = new ListPage(page);
  await list.open(`/admin/conversions?period=14d&q=${txid}`);
  await list.rows.locator('a[href*="/admin/conversions/conv_"]').first().click();
  const detail = new ConversionPage(page);
  await expect(detail.status).toHaveText('Pending');
  const before = await detail.sums();

  const opener = page.locator('summary', { hasText: 'Reject…' });
  const dialog = page.getByRole('dialog');
  await test.step('Escape changes nothing and gives the focus back', async () => {
    await opener.click();
    await expect(dialog).toBeVisible();
    await expect(dialog).toContainText(/\$|€/);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
    await expect(detail.status).toHaveText('Pending');
  });

  await test.step('without a reason it is refused', async () => {
    await opener.click();
    await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
    await expect(page.getByText('Choose a reason.').first()).toBeVisible();
    await expect(detail.status).toHaveText('Pending');
  });

  await test.step('with a reason it is done', async () => {
    await detail.open(page.url());
    await opener.click();
    await dialog.getByLabel(/^Reason/).selectOption('test_order');
    await dialog.getByLabel(/^Note/).fill('Ordered by <b>our</b> own people');
    await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
    await expect(detail.status).toHaveText('Rejected');
    await expect(detail.main).toContainText('Ordered by <b>our</b> own people');
    const after = await detail.sums();
    expect(after.debit).toBe(after.credit);
    expect(after.lines).toBe(before.lines * 2);
    expect(after.debit).toBe(before.debit * 2);
  });

  await test.step('the affiliate reads why', async () => {
    await own.open(`/affiliate/conversions?period=14d&q=${txid}`);
    await expect(own.rows).toHaveCount(1);
    await expect(own.rows.first()).toContainText('Rejected');
    await expect(own.rows.first()).toContainText(/test_order|The order was a test/);
  });
});

test('pressing approve twice approves once', async ({ visit, api }) => {
  const page = await visit('admin');
  const list = new ListPage(page);
  await list.open('/admin/conversions?period=14d&status=pending&sort=received');
  const href = (await list.rows.first().locator('a[href*="/admin/conversions/conv_"]').first().getAttribute('href')) ?? '';
  const id = href.split('/').pop() ?? '';
  const admin = await api('admin');
  const press = () =>
    admin.post('/fn/decide_conversions', { form: { 'ids[0]': id, decision: 'approve', back: href }, headers: { accept: 'text/html' } });
  const answers = await Promise.all([press(), press(), press(), press()]);
  for (const answer of answers) expect(answer.status()).toBeLessThan(400);
  const detail = new ConversionPage(page);
  await detail.open(href);
  await expect(detail.status).toHaveText('Approved');
  const sums = await detail.sums();
  expect(sums.debit).toBe(sums.credit);
  const postings = await detail.postings();
  expect(postings.length).toBeGreaterThan(4);
  expect(new Set(postings).size, postings.join(', ')).toBe(postings.length);
});

test('a double click approves once', async ({ visit }) => {
  const page = await visit('admin', { tolerate: /status of 409/ });
  const list = new ListPage(page);
  await list.open('/admin/conversions?period=14d&status=pending&sort=received&page=2');
  const href = (await list.rows.first().locator('a[href*="/admin/conversions/conv_"]').first().getAttribute('href')) ?? '';
  const detail = new ConversionPage(page);
  await detail.open(href);
  const before = await detail.sums();
  await page.getByRole('button', { name: 'Approve', exact: true }).first().dblclick();
  await expect(detail.status).toHaveText('Approved');
  await detail.open(href);
  const after = await detail.sums();
  expect(after.debit).toBe(after.credit);
  expect(after.lines).toBeGreaterThan(before.lines);
  const postings = await detail.postings();
  expect(new Set(postings).size, postings.join(', ')).toBe(postings.length);
});
