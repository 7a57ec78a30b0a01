/** Becoming an affiliate: the public form, the letter, the decision, the first link. */
import { Form } from '../pages/forms.ts';
import { LoginPage } from '../pages/login.ts';
import { MailPage } from '../pages/people.ts';
import { ApplicationsPage, SignUpPage } from '../pages/signup.ts';
import { expect, test } from '../support/test.ts';
import { unique } from '../support/world.ts';

test.describe.configure({ mode: 'serial' });

const PASSWORD = 'a password for tests';

const addressOf = (name: string) => `${unique(name).replaceAll(' ', '.').toLowerCase()}@signup.example`;

test('without JavaScript: form, letter, approval, invitation, first link', async ({ visit }) => {
  test.slow();
  const options = { javaScriptEnabled: false, tolerate: /4\d\d/ };
  const [name, email] = [unique('Garden Media'), addressOf('garden')];
  const theirs = await visit(null, options);
  const form = new SignUpPage(theirs, false);

  await test.step('mistakes are named and what was typed stays', async () => {
    expect(await form.open(SignUpPage.address)).toBe(200);
    await form.fill({ 'Company or name': name, Email: 'garden@nowhere', Website: 'blog.example' });
    await form.submit(SignUpPage.button);
    await expect(form.summary).toBeVisible();
    expect(await form.messageOf('Email')).toContain('email address');
    expect(await form.messageOf('How do you bring traffic?')).not.toBe('');
    await expect(form.field('Company or name')).toHaveValue(name);
  });

  await test.step('the form is taken', async () => {
    await form.fill({ Email: email, 'How do you bring traffic?': 'A blog about gardens.' });
    await form.acceptTerms();
    await form.apply();
    await theirs.waitForURL('**/signup?done=sent');
    await expect(form.heading).toHaveText('Look into your mailbox');
  });

  const admin = await visit('admin');
  const queue = new ApplicationsPage(admin);
  await test.step('nothing waits before the address is confirmed', async () => {
    await queue.open(`${ApplicationsPage.address}?q=${encodeURIComponent(email)}`);
    await expect(queue.row(email)).toHaveCount(0);
  });

  await test.step('the link in the letter confirms, once', async () => {
    const link = await new MailPage(admin).linkTo(email, 'signup/confirm');
    expect(await form.open(link)).toBe(200);
    await expect(form.main).toContainText(email);
    await form.submit('Confirm my address');
    await theirs.waitForURL('**/signup/confirm?done=waiting');
    await form.open(link);
    await expect(form.main.getByRole('alert')).toContainText('does not work any more');
  });

  await test.step('the application is approved', async () => {
    await queue.open(`${ApplicationsPage.address}?q=${encodeURIComponent(email)}`);
    await expect(queue.row(email)).toContainText('Waiting');
    await queue.row(email).getByRole('link', { name }).click();
    await admin.waitForURL(/\/admin\/applications\/appl_\w+/);
    await expect(admin.locator('#main')).toContainText('A blog about gardens.');
    await admin.getByRole('button', { name: 'Approve and invite' }).click();
    await expect(admin.getByRole('status').filter({ hasText: 'invited' })).toBeVisible();
    await expect(admin.getByRole('button', { name: 'Approve and invite' })).toHaveCount(0);
  });

  await test.step('the invitation leads to a portal and a link', async () => {
    const link = await new MailPage(admin).linkTo(email, 'invite');
    const accept = new Form(theirs, false);
    await accept.open(link);
    await accept.fill({ 'Your name': 'Gerda', Password: PASSWORD });
    await accept.submit('Create my account');
    await theirs.waitForURL('**/login?done=welcome');
    await new LoginPage(theirs, false).submit({ email, password: PASSWORD });
    await theirs.waitForURL('**/affiliate');
    await theirs.goto('/affiliate/campaigns');
    await theirs.getByRole('link', { name: /^Get link/ }).first().click();
    await theirs.getByRole('button', { name: 'Get link' }).click();
    await theirs.waitForURL(/done=link/);
    await expect(theirs.getByRole('textbox', { name: 'Tracking URL' })).toHaveValue(/\/c\/\w+/);
  });
});

test('a rejection is mailed with its reason', async ({ visit }) => {
  const email = addressOf('refused');
  const theirs = await visit(null, { tolerate: /4\d\d/ });
  const form = new SignUpPage(theirs);
  await form.open(SignUpPage.address);
  await form.fill({ 'Company or name': unique('Thin Traffic'), Email: email, 'How do you bring traffic?': 'None yet.' });
  await form.acceptTerms();
  await form.apply();
  await theirs.waitForURL('**/signup?done=sent');
  const admin = await visit('admin', { tolerate: /4\d\d/ });
  const mails = new MailPage(admin);
  await form.open(await mails.linkTo(email, 'signup/confirm'));
  await form.submit('Confirm my address');
  await theirs.waitForURL('**/signup/confirm?done=waiting');

  const queue = new ApplicationsPage(admin);
  await queue.open(`${ApplicationsPage.address}?q=${encodeURIComponent(email)}`);
  await queue.rows.first().getByRole('link').first().click();
  await admin.waitForURL(/\/admin\/applications\/appl_\w+/);
  await admin.getByText('Reject…').click();
  const dialog = admin.getByRole('dialog', { name: /^Reject / });
  await dialog.getByLabel('Reason').fill('Come back with a website.');
  await dialog.getByRole('button', { name: 'Reject application' }).click();
  await admin.waitForURL(/done=rejected/);
  await expect(admin.locator('#main')).toContainText('Come back with a website.');
  await mails.expectTo(email, 'Come back with a website.');
});

test('an address that is known gets the same answer', async ({ visit }) => {
  const theirs = await visit(null);
  const form = new SignUpPage(theirs);
  await form.open(SignUpPage.address);
  await form.fill({ 'Company or name': unique('Known'), Email: 'affiliate@demo.example', 'How do you bring traffic?': 'Much.' });
  await form.acceptTerms();
  await form.apply();
  await theirs.waitForURL('**/signup?done=sent');
  await expect(form.heading).toHaveText('Look into your mailbox');
});

test('an affiliate asks to run a campaign and reads the answer', async ({ visit }) => {
  const admin = await visit('admin');
  const mine = await visit('affiliate2');
  await mine.goto('/affiliate/campaigns?status=apply');
  const offer = mine.getByRole('link', { name: /^Apply:/ }).first();
  await offer.click();
  await mine.getByLabel(/How will you promote it/).fill('By newsletter, weekly.');
  await mine.getByRole('button', { name: 'Apply' }).click();
  await mine.waitForURL(/done=applied/);
  await expect(mine.locator('#main')).toContainText('By newsletter, weekly.');
  const address = new URL(mine.url()).pathname;

  const queue = new ApplicationsPage(admin);
  await queue.open('/admin/applications?kind=campaign&status=applied');
  const row = queue.row('By newsletter, weekly.');
  await row.getByRole('checkbox').check();
  await admin.getByLabel('Note').fill('Welcome, start small.');
  await admin.getByRole('button', { name: 'Approve selected' }).click();
  await expect(admin.getByRole('status').filter({ hasText: 'answered' })).toBeVisible();
  await mine.goto(address);
  await expect(mine.locator('#main')).toContainText('Welcome, start small.');
  await expect(mine.getByRole('button', { name: 'Get link' })).toBeVisible();
});

// These change the form that the tests above fill in, so they stand in the same file, after them.

test('questions and terms reach the form', async ({ visit }) => {
  const page = await visit('admin', { tolerate: /422/ });
  const form = new Form(page);
  const question = unique('Which topics');
  await form.open('/admin/settings/sign-up');
  await page.getByText('Add a question', { exact: true }).click();
  await form.fill({ Question: question, 'Answered by': 'A choice', Choices: 'only one' });
  await form.submit('Add question');
  await expect(form.summary).toBeVisible();
  expect(await form.messageOf('Choices')).toContain('at least two');
  await form.fill({ Choices: 'Gardens\nKitchens' });
  await form.submit('Add question');
  await page.waitForURL('**/admin/settings/sign-up?done=added');

  await form.open('/admin/settings/terms');
  const text = unique('Be fair');
  await form.fill({ Text: text });
  await form.submit('Publish as a new version');
  await page.waitForURL('**/admin/settings/terms?done=published');

  const public_ = new Form(await visit(null));
  await public_.open('/signup');
  await expect(public_.main).toContainText(text);
  await expect(public_.field(question).getByRole('option')).toHaveText(['Choose one', 'Gardens', 'Kitchens']);

  await form.open('/admin/settings/sign-up');
  await page.getByRole('row').filter({ hasText: question }).getByText('Remove…').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove question' }).click();
  await page.waitForURL('**/admin/settings/sign-up?done=removed');
});

test('the form closes and opens again', async ({ visit }) => {
  const page = await visit('admin');
  const form = new Form(page);
  await form.open('/admin/settings/sign-up');
  await form.field('The public form').selectOption('closed');
  await form.submit('Save');
  await page.waitForURL('**/admin/settings/sign-up?done=saved');
  const public_ = new Form(await visit(null));
  await public_.open('/signup');
  await expect(public_.heading).toHaveText('No applications at the moment');
  await form.open('/admin/settings/sign-up');
  await form.field('The public form').selectOption('approval');
  await form.submit('Save');
  await page.waitForURL('**/admin/settings/sign-up?done=saved');
});
