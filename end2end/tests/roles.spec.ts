/** Another role for one of the network's people, on the team's page. */
import { LoginPage } from '../pages/login.ts';
import { MailPage, TeamPage } from '../pages/people.ts';
import { newPerson } from '../support/command.ts';
import { sql } from '../support/database.ts';
import { expectReadable } from '../support/readable.ts';
import { type Page, expect, test } from '../support/test.ts';
import { type Login, unique } from '../support/world.ts';

/** The browser's note of an answer that refuses. */
const REFUSED = /the server responded with a status of 4\d\d/;

class Team extends TeamPage {
  async show(who: Login): Promise<void> {
    await this.open(`${TeamPage.address}?q=${encodeURIComponent(who.email)}`);
  }

  /** Opens the question, chooses and sends; what follows is for the caller. */
  async changeRole(who: Login, role: string): Promise<void> {
    await this.row(who.email).getByText('Change role…').click();
    const dialog = this.row(who.email).locator('dialog').filter({ hasText: 'Change the role of' });
    await expect(dialog).toContainText(who.email);
    if (this.scripts) await expectReadable(this.page, 'asked for another role');
    await dialog.getByLabel('Role', { exact: true }).selectOption({ label: role });
    await dialog.getByRole('button', { name: 'Change the role' }).click();
  }
}

async function signedIn(page: Page, who: Login, scripts = true): Promise<Page> {
  await new LoginPage(page, scripts).signIn(who);
  return page;
}

for (const scripts of [true, false]) {
  test(`a role changes at once and is told, ${scripts ? 'with' : 'without'} JavaScript`, async ({ visit, api }) => {
    const who = await newPerson('affiliate_manager', unique('Changes Role'));
    const theirs = await signedIn(await visit(null, { tolerate: REFUSED }), who);
    expect((await theirs.goto('/admin/affiliates/new'))?.status()).toBe(200);
    expect((await theirs.goto('/admin/audit'))?.status()).toBe(403);

    const page = await visit('admin', { javaScriptEnabled: scripts });
    const team = new Team(page, scripts);
    await team.show(who);
    await expect(team.row(who.email)).toContainText('Affiliate manager');
    await team.changeRole(who, 'Finance');
    await page.waitForURL(/\/admin\/team\?.*done=role/);
    await expect(team.row(who.email)).toContainText('Finance');

    // The session goes on with what the new role allows.
    expect((await theirs.goto('/admin/affiliates/new'))?.status()).toBe(403);
    expect((await theirs.goto('/admin/audit'))?.status()).toBe(200);
    await expect(theirs.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit log' })).toBeVisible();
    const changed = await (await api('admin')).get(`/admin/audit?period=today&q=user.role`);
    expect(await changed.text()).toContain('user.role');
    await new MailPage(page, scripts).expectTo(who.email, 'from Affiliate manager to Finance');
  });
}

test('somebody whose proof is old is asked for the password first', async ({ visit }) => {
  const boss = await newPerson('admin', unique('Asked Again'));
  const who = await newPerson('finance', unique('Waits For Proof'));
  const page = await signedIn(await visit(null), boss);
  await sql(
    `UPDATE user_sessions SET confirmed_at = now() - interval '11 minutes'
     WHERE user_id = (SELECT id FROM users WHERE email = '${boss.email}')`,
  );
  const team = new Team(page);
  await team.show(who);
  await team.changeRole(who, 'Administrator');
  await page.waitForURL('**/confirm-it');
  expect(await sql(`SELECT role FROM users WHERE email = '${who.email}'`)).toBe('finance');
  await page.getByLabel('Password', { exact: true }).fill(boss.password);
  await page.getByRole('button').first().click();
  await page.waitForURL(/\/admin\/team\?.*done=role/);
  await expect(team.row(who.email)).toContainText('Administrator');
});

test('only administrators change roles, not their own, and only among those of the network', async ({ visit, api }) => {
  const boss = await newPerson('admin', unique('Own Role'));
  const who = await newPerson('finance', unique('Stays Finance'));
  const page = await signedIn(await visit(null), boss);
  const team = new Team(page);
  await team.show(boss);
  await expect(team.row(boss.email)).toContainText('you');
  await expect(team.row(boss.email).getByText('Change role…')).toHaveCount(0);

  const idOf = async (login: Login) => {
    await team.show(login);
    const id = await team.row(login.email).locator('form input[name=id]').first().getAttribute('value');
    expect(id, login.email).toMatch(/^user_\w+$/);
    return id ?? '';
  };
  const id = await idOf(who);
  await team.row(who.email).getByText('Change role…').click();
  const offered = team.row(who.email).getByLabel('Role', { exact: true }).locator('option');
  await expect(offered).toHaveText(['Administrator', 'Affiliate manager', 'Finance']);

  const send = async (as: Login | 'manager' | 'finance' | 'affiliate', form: Record<string, string>) => {
    const answer = await (await api(as)).post('/fn/set_person_role', { form, headers: { accept: 'application/json' } });
    return { status: answer.status(), text: await answer.text() };
  };
  for (const other of ['manager', 'finance', 'affiliate'] as const) {
    expect((await send(other, { id, role: 'admin' })).status, other).toBe(403);
  }
  const wrong = await send(boss, { id, role: 'affiliate' });
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('Choose a role of the network');
  const second = await newPerson('admin', unique('Second Boss'));
  const own = await idOf(second);
  const refused = await send(second, { id: own, role: 'finance' });
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('your own role');
  expect(await sql(`SELECT role FROM users WHERE email = '${who.email}'`)).toBe('finance');
});

test('people of other portals have no role to change', async ({ visit }) => {
  const page = await visit('admin');
  const team = new Team(page);
  await team.open(`${TeamPage.address}?role=affiliate`);
  await expect(team.rows.first()).toBeVisible();
  await expect(team.main.getByText('Change role…')).toHaveCount(0);
});
