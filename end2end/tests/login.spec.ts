/** Signing in: what is refused, what comes back, where it leads. */
import { LoginPage } from '../pages/login.ts';
import { TeamPage } from '../pages/people.ts';
import { newPerson } from '../support/command.ts';
import { sql } from '../support/database.ts';
import { expect, test } from '../support/test.ts';
import { loginOf, unique, world } from '../support/world.ts';

test('wrong pairs get one answer, whether the account exists or not', async ({ visit }) => {
  const page = await visit(null);
  const login = new LoginPage(page);
  const answers: string[] = [];
  for (const email of [loginOf('admin').email, 'nobody.of.that.name@demo.example']) {
    await login.open('/login');
    await login.submit({ email, password: 'not the password' });
    await expect(login.refusal).toBeVisible();
    answers.push(await login.refusal.innerText());
    await expect(login.email).toHaveValue(email);
    await expect(login.password).toHaveValue('');
  }
  expect(new Set(answers).size).toBe(1);
});

test('whoever has guessed too often waits, also with the right password, until the network helps', async ({ visit }) => {
  const locked = await newPerson('finance', unique('Guesser'));
  // Guessing for real would use up what the address of all tests is granted.
  await sql(`
    INSERT INTO sign_in_failures (kind, key, failures, last_at, locked_until)
    VALUES ('account', sha256('${locked.email}'::bytea), 12, now(), now() + interval '10 minutes')`);
  const theirs = await visit(null, { tolerate: /status of 429/ });
  const door = new LoginPage(theirs);
  await door.open('/login');
  await door.submit(locked);
  await expect(door.refusal).toContainText('Too many attempts');
  await expect(door.email).toHaveValue(locked.email);

  const page = await visit(null);
  await new LoginPage(page).signIn(loginOf('admin'));
  const team = new TeamPage(page);
  await team.open(`${TeamPage.address}?q=${encodeURIComponent(locked.email)}`);
  await expect(team.row(locked.email)).toContainText('locked');
  await team.row(locked.email).getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'may try to sign in again' })).toBeVisible();
  await expect(team.row(locked.email)).not.toContainText('locked');
  await door.signIn(locked);
});

test('after signing in one is where one wanted to go', async ({ visit }) => {
  const page = await visit(null);
  const login = new LoginPage(page);
  await login.open('/admin/campaigns?status=paused&sort=-name');
  expect(new URL(page.url()).pathname).toBe('/login');
  await login.submit(loginOf('admin'));
  await page.waitForURL('**/admin/campaigns?status=paused&sort=-name');
});

for (const next of ['https://evil.test/', '//evil.test/', '/\\evil.test', '/affiliate', 'javascript:alert(1)']) {
  test(`the way back cannot lead astray: ${next}`, async ({ visit }) => {
    const page = await visit(null);
    const login = new LoginPage(page);
    await login.open(`/login?next=${encodeURIComponent(next)}`);
    await login.submit(loginOf('admin'));
    await page.waitForURL(`${world().consoleUrl}/admin`);
  });
}

test('the session is kept in a cookie that scripts and other sites do not get', async ({ visit }) => {
  const page = await visit(null);
  await new LoginPage(page).signIn(loginOf('affiliate'));
  const cookies = await page.context().cookies();
  const session = cookies.find((cookie) => cookie.name.endsWith('sid'));
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
});

test('after signing out the old session is worth nothing', async ({ visit, api }) => {
  const page = await visit(null);
  const login = new LoginPage(page);
  await login.signIn(loginOf('affiliate2'));
  const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const thief = await api(null, { cookie });
  expect((await thief.get('/affiliate')).status()).toBe(200);
  await login.signOut();
  const after = await thief.get('/affiliate');
  expect(after.status()).toBe(302);
  expect(after.headers()['location']).toBe('/login?next=/affiliate');
});
