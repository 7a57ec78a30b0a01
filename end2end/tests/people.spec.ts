/** Invitations, forgotten passwords, one's own account, and the letters about all of it. */
import { Form } from '../pages/forms.ts';
import { LoginPage } from '../pages/login.ts';
import { InviteForm, MailPage, TeamPage } from '../pages/people.ts';
import { expect, test } from '../support/test.ts';
import { unique } from '../support/world.ts';

test.describe.configure({ mode: 'parallel' });

const PASSWORD = 'a password for tests';
const OTHER = 'another one for tests';
/** The browser's note of an answer that refuses. */
const REFUSED = /the server responded with a status of 4\d\d/;

const addressOf = (name: string) => `${unique(name).replaceAll(' ', '.').toLowerCase()}@people.example`;

type Visit = Parameters<Parameters<typeof test>[2]>[0]['visit'];

/** Invites somebody as finance and accepts; answers the address. */
async function somebody(visit: Visit, scripts = true): Promise<string> {
  const email = addressOf('somebody');
  const page = await visit('admin', { javaScriptEnabled: scripts });
  const form = new InviteForm(page, scripts);
  await form.open(InviteForm.address);
  await form.fill({ Email: email, Name: 'Some Body', Role: 'Finance' });
  await form.submit(InviteForm.button);
  await page.waitForURL('**/admin/team?done=invited');
  const link = await new MailPage(page, scripts).linkTo(email, 'invite');
  const theirs = await visit(null, { javaScriptEnabled: scripts });
  const accept = new Form(theirs, scripts);
  expect(await accept.open(link)).toBe(200);
  await accept.fill({ Password: PASSWORD });
  await accept.submit('Create my account');
  await theirs.waitForURL('**/login?done=welcome');
  await theirs.context().close();
  return email;
}

test('an invitation is mailed, accepted once, and leads to sign-in', async ({ visit }) => {
  const email = addressOf('invited');
  const page = await visit('admin');
  const form = new InviteForm(page);
  await form.open(InviteForm.address);
  await form.submit(InviteForm.button);
  await expect(form.summary).toBeFocused();
  expect(await form.messageOf('Email')).toContain('email address');
  await form.fill({ Email: email, Role: 'Finance' });
  await form.submit(InviteForm.button);
  await page.waitForURL('**/admin/team?done=invited');
  const team = new TeamPage(page);
  await expect(team.row(email)).toContainText('Finance');
  const link = await new MailPage(page).linkTo(email, 'invite');

  const theirs = await visit(null, { tolerate: REFUSED });
  const accept = new Form(theirs);
  expect(await accept.open(link)).toBe(200);
  await expect(accept.main).toContainText(email);
  await accept.fill({ Password: 'short' });
  await accept.submit('Create my account');
  await expect(accept.summary).toBeFocused();
  expect(await accept.messageOf('Password')).toContain('12 characters');
  await accept.fill({ 'Your name': 'Ida Vited', Password: PASSWORD });
  await accept.submit('Create my account');
  await theirs.waitForURL('**/login?done=welcome');
  const login = new LoginPage(theirs);
  await login.submit({ email, password: PASSWORD });
  await theirs.waitForURL('**/admin');

  await accept.open(link);
  await expect(accept.main.getByRole('alert')).toContainText('does not work any more');
  await team.open(`${TeamPage.address}?q=${encodeURIComponent(email)}`);
  await expect(team.row(email)).toContainText('Ida Vited');
});

test('an invitation that was taken back does not work', async ({ visit }) => {
  const email = addressOf('revoked');
  const page = await visit('admin');
  const form = new InviteForm(page);
  await form.open(InviteForm.address);
  await form.fill({ Email: email, Role: 'Administrator' });
  await form.submit(InviteForm.button);
  await page.waitForURL('**/admin/team?done=invited');
  const link = await new MailPage(page).linkTo(email, 'invite');
  const team = new TeamPage(page);
  await team.open(TeamPage.address);
  await team.row(email).getByText('Revoke…').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText(email);
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.waitForURL('**/admin/team?done=revoked');
  await expect(team.row(email)).toHaveCount(0);
  const theirs = new Form(await visit(null, { tolerate: REFUSED }));
  await theirs.open(link);
  await expect(theirs.main.getByRole('alert')).toContainText('does not work any more');
});

test('somebody who is disabled is out at once and cannot come back', async ({ visit }) => {
  const email = await somebody(visit);
  const theirs = await visit(null, { tolerate: REFUSED });
  await new LoginPage(theirs).signIn({ email, password: PASSWORD });
  const page = await visit('admin');
  const team = new TeamPage(page);
  await team.open(`${TeamPage.address}?q=${encodeURIComponent(email)}`);
  await team.row(email).getByText('Disable…').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
  await expect(team.row(email)).toContainText('Disabled');
  await theirs.goto('/admin');
  expect(new URL(theirs.url()).pathname).toBe('/login');
  const login = new LoginPage(theirs);
  await login.submit({ email, password: PASSWORD });
  await expect(login.refusal).toBeVisible();
  await team.row(email).getByRole('button', { name: 'Enable' }).click();
  await expect(team.row(email)).toContainText('Active');
});

for (const scripts of [true, false]) {
  test(`a forgotten password, ${scripts ? 'with' : 'without'} JavaScript`, async ({ visit }) => {
    const email = await somebody(visit, scripts);
    const options = { javaScriptEnabled: scripts, tolerate: REFUSED };
    const stays = await visit(null, { tolerate: REFUSED });
    await new LoginPage(stays).signIn({ email, password: PASSWORD });

    const theirs = await visit(null, options);
    const login = new LoginPage(theirs, scripts);
    await login.open('/login');
    await theirs.getByRole('link', { name: 'Forgot your password?' }).click();
    await theirs.waitForURL('**/forgot');
    const form = new Form(theirs, scripts);
    const answers: string[] = [];
    for (const address of [addressOf('nobody'), email]) {
      await form.fill({ Email: address });
      await form.submit('Send the link');
      await theirs.waitForURL('**/forgot?done=sent');
      answers.push(await form.main.innerText());
    }
    expect(new Set(answers).size, 'one answer for everybody').toBe(1);

    const link = await new MailPage(await visit('admin')).linkTo(email, 'reset');
    expect(await form.open(link)).toBe(200);
    await expect(form.main).toContainText(email);
    await form.fill({ 'New password': 'short' });
    await form.submit('Set the password');
    await expect(form.summary).toBeVisible();
    await expect(form.field('New password')).toHaveValue(scripts ? 'short' : '');
    await form.fill({ 'New password': OTHER });
    await form.submit('Set the password');
    await theirs.waitForURL('**/login?done=reset');
    await stays.goto('/admin');
    expect(new URL(stays.url()).pathname, 'every session has ended').toBe('/login');
    await login.submit({ email, password: OTHER });
    await theirs.waitForURL('**/admin');
    await form.open(link);
    await expect(form.main.getByRole('alert')).toContainText('does not work any more');
    const mail = new MailPage(await visit('admin'));
    await mail.expectTo(email, 'was changed');
  });
}

test('one changes name, time zone and password, and other sessions end', async ({ visit }) => {
  const email = await somebody(visit);
  // What is still on its way when its session ends is refused.
  const elsewhere = await visit(null, { tolerate: REFUSED });
  await new LoginPage(elsewhere).signIn({ email, password: PASSWORD });
  const page = await visit(null, { tolerate: REFUSED });
  await new LoginPage(page).signIn({ email, password: PASSWORD });
  const form = new Form(page);
  await form.open('/admin/account');
  await form.fill({ Name: 'Renamed', 'Time zone': 'Asia/Tokyo' });
  await form.submit('Save changes');
  await page.waitForURL('**/admin/account?done=saved');
  await form.open('/admin/account');
  await expect(form.field('Name')).toHaveValue('Renamed');
  await expect(form.field('Time zone')).toHaveValue('Asia/Tokyo');

  const card = page.locator('section.card').filter({ has: page.getByRole('heading', { name: 'Password', exact: true }) });
  await card.getByLabel('Present password').fill('not it');
  await card.getByLabel('New password').fill(OTHER);
  await card.getByRole('button', { name: 'Change password' }).click();
  await expect(card.getByRole('alert')).toContainText('not your present password');
  await card.getByLabel('Present password').fill(PASSWORD);
  await card.getByRole('button', { name: 'Change password' }).click();
  await page.waitForURL('**/admin/account?done=password');
  await form.open('/admin/account');
  await expect(form.heading).toHaveText('Your account');
  await elsewhere.goto('/admin');
  expect(new URL(elsewhere.url()).pathname).toBe('/login');
});

test('another address is used once it was confirmed', async ({ visit }) => {
  const email = await somebody(visit);
  const fresh = addressOf('fresh');
  const page = await visit(null);
  await new LoginPage(page).signIn({ email, password: PASSWORD });
  const form = new Form(page);
  await form.open('/admin/account');
  const card = page.locator('section.card').filter({ has: page.getByRole('heading', { name: 'Address', exact: true }) });
  await card.getByLabel('New address').fill(fresh);
  await card.getByLabel('Present password').fill(PASSWORD);
  await card.getByRole('button', { name: 'Change address' }).click();
  await page.waitForURL('**/admin/account?done=email');
  const mail = new MailPage(await visit('admin'));
  await mail.expectTo(email, fresh);
  const link = await mail.linkTo(fresh, 'confirm-email');
  const door = new Form(await visit(null));
  await door.open(link);
  await expect(door.main).toContainText(fresh);
  await door.submit('Use this address');
  await door.page.waitForURL('**/confirm-email?done=email');
  await new LoginPage(door.page).signIn({ email: fresh, password: PASSWORD });
  await form.open('/admin/account');
  await expect(page.locator('dl.facts')).toContainText(fresh);
});

test('an affiliate changes its own account, and invites nobody', async ({ visit, api }) => {
  const admin = await visit('admin');
  const email = addressOf('partner');
  const form = new InviteForm(admin);
  await form.open(InviteForm.address);
  await form.fill({ Email: email, Role: 'Affiliate' });
  await form.submit(InviteForm.button);
  expect(await form.messageOf('Affiliate')).toContain('Choose an affiliate');
  const page = await visit('affiliate');
  const account = new Form(page);
  expect(await account.open('/affiliate/account')).toBe(200);
  await expect(account.heading).toHaveText('Your account');
  const affiliate = await api('affiliate');
  const answer = await affiliate.post('/fn/invite_person', { form: { 'draft[email]': email, 'draft[role]': 'admin' } });
  expect(answer.status()).toBe(403);
});
