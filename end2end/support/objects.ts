/** One object of each kind that has a page of its own and is not in the demo network, and links that letters bring. */
import { QUICKEST_MS } from '../pages/signup.ts';
import { newPerson } from './command.ts';
import { sql } from './database.ts';
import { letter, linkIn } from './letters.ts';
import { newCampaign, newLink } from './make.ts';
import { type APIRequestContext, expect } from './test.ts';
import { unique } from './world.ts';

const address = (what: string) => `${unique(what).replaceAll(' ', '.')}@objects.example`;

async function find(admin: APIRequestContext, page: string, what: RegExp): Promise<string> {
  const found = what.exec(await (await admin.get(page)).text())?.[0];
  if (!found) throw new Error(`${page} has nothing like ${what}`);
  return found;
}

/** Pages of the network about such objects, each with a name for tests. */
export const OBJECTS: Record<string, (admin: APIRequestContext, nobody: APIRequestContext) => Promise<string>> = {
  link: async (admin) => `/admin/links/${(await newLink(admin)).id}/edit`,
  goal: async (admin) => {
    const campaign = `/admin/campaigns/${await newCampaign(admin)}`;
    return find(admin, campaign, new RegExp(`${campaign}/goals/goal_\\w+`));
  },
  question: async (admin) => {
    const label = unique('Which channels');
    const form = { 'draft[label]': label, 'draft[kind]': 'text' };
    expect((await admin.post('/fn/add_question', { form })).status()).toBeLessThan(400);
    const page = await (await admin.get('/admin/settings/sign-up')).text();
    const found = /\/admin\/settings\/sign-up\/\w+/.exec(page.slice(page.indexOf(label)))?.[0];
    if (!found) throw new Error('the settings name no question');
    return found;
  },
  application: async (admin, nobody) => {
    const email = await apply(nobody);
    const token = (await linkIn(admin, email, 'signup/confirm')).split('/').at(-1) ?? '';
    expect((await nobody.post('/fn/confirm_sign_up', { form: { token } })).status()).toBeLessThan(400);
    return find(admin, `/admin/applications?q=${encodeURIComponent(email)}`, /\/admin\/applications\/appl_\w+/);
  },
  letter: async (admin) => (await letter(admin, await invite(admin), /invite/)).page,
};

/** Pages behind links in letters, while they work. */
export const DOORS: typeof OBJECTS = {
  invitation: async (admin) => linkIn(admin, await invite(admin), 'invite'),
  'forgotten password': async (admin, nobody) => {
    const { email } = await newPerson('finance', unique('Forgets'));
    expect((await nobody.post('/fn/forgot_password', { form: { email } })).status()).toBeLessThan(400);
    return linkIn(admin, email, 'reset');
  },
  application: async (admin, nobody) => linkIn(admin, await apply(nobody), 'signup/confirm'),
};

async function invite(admin: APIRequestContext): Promise<string> {
  const email = address('invited');
  const form = { 'draft[email]': email, 'draft[name]': 'In Vited', 'draft[role]': 'finance' };
  expect((await admin.post('/fn/invite_person', { form })).status()).toBeLessThan(400);
  return email;
}

/** Fills the public form in, as soon as a person could have. */
async function apply(nobody: APIRequestContext): Promise<string> {
  const email = address('applies');
  const html = await (await nobody.get('/signup')).text();
  const hidden = (name: string) => new RegExp(`name="draft\\[${name}\\]" value="([^"]*)"`).exec(html)?.[1] ?? '';
  const stamp = hidden('stamp');
  await expect.poll(() => Date.now() - Number(stamp.split('.')[0])).toBeGreaterThan(QUICKEST_MS);
  const form = {
    'draft[stamp]': stamp,
    'draft[name]': unique('Object Media'),
    'draft[email]': email,
    'draft[description]': 'A blog about objects.',
    // Another test may have published terms.
    'draft[terms]': hidden('terms'),
    'draft[accepted]': 'true',
  };
  const answer = await nobody.post('/fn/sign_up', { form });
  expect(answer.status(), await answer.text()).toBeLessThan(400);
  // Forms from one address are counted, and all tests have the same one.
  await sql(`UPDATE affiliate_applications SET ip = NULL WHERE email = '${email}'`);
  return email;
}
