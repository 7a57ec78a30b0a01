/** Every page of the app, with real ids, and who may see it. */
import { type APIRequestContext, expect } from './test.ts';
import { type Who, world } from './world.ts';

export interface Place {
  /** For test names and pictures. */
  name: string;
  path: string;
  /** Those of the portal's people who get to see it. */
  allowed: Who[];
}

export interface Ids {
  advertiser: string;
  campaign: string;
  affiliate: string;
  conversion: string;
  clickId: string;
}

const NETWORK: Who[] = ['admin', 'manager', 'finance'];

/** The network's pages. */
export const ADMIN: { name: string; path: (ids: Ids) => string; allowed: Who[] }[] = [
  { name: 'overview', path: () => '/admin', allowed: NETWORK },
  { name: 'campaigns', path: () => '/admin/campaigns', allowed: NETWORK },
  { name: 'campaign-new', path: () => '/admin/campaigns/new', allowed: ['admin'] },
  { name: 'campaign', path: (ids) => `/admin/campaigns/${ids.campaign}`, allowed: NETWORK },
  { name: 'campaign-edit', path: (ids) => `/admin/campaigns/${ids.campaign}/edit`, allowed: ['admin'] },
  { name: 'links', path: () => '/admin/links', allowed: NETWORK },
  { name: 'link-new', path: () => '/admin/links/new', allowed: ['admin', 'manager'] },
  { name: 'affiliates', path: () => '/admin/affiliates', allowed: NETWORK },
  { name: 'affiliate-new', path: () => '/admin/affiliates/new', allowed: ['admin', 'manager'] },
  { name: 'affiliate', path: (ids) => `/admin/affiliates/${ids.affiliate}`, allowed: NETWORK },
  { name: 'affiliate-edit', path: (ids) => `/admin/affiliates/${ids.affiliate}/edit`, allowed: ['admin', 'manager'] },
  { name: 'advertisers', path: () => '/admin/advertisers', allowed: NETWORK },
  { name: 'advertiser-new', path: () => '/admin/advertisers/new', allowed: ['admin'] },
  { name: 'advertiser', path: (ids) => `/admin/advertisers/${ids.advertiser}`, allowed: NETWORK },
  { name: 'advertiser-edit', path: (ids) => `/admin/advertisers/${ids.advertiser}/edit`, allowed: ['admin'] },
  { name: 'conversions', path: () => '/admin/conversions', allowed: NETWORK },
  { name: 'conversion', path: (ids) => `/admin/conversions/${ids.conversion}`, allowed: NETWORK },
  { name: 'clicks', path: () => '/admin/clicks', allowed: NETWORK },
  { name: 'click', path: (ids) => `/admin/clicks?q=${ids.clickId}`, allowed: NETWORK },
  { name: 'search', path: () => '/admin/search?q=in', allowed: NETWORK },
  { name: 'notifications', path: () => '/admin/notifications', allowed: NETWORK },
  { name: 'health', path: () => '/admin/health', allowed: ['admin', 'finance'] },
  { name: 'audit', path: () => '/admin/audit', allowed: ['admin', 'finance'] },
  { name: 'applications', path: () => '/admin/applications', allowed: ['admin', 'manager'] },
  { name: 'applications-campaign', path: () => '/admin/applications?kind=campaign', allowed: ['admin', 'manager'] },
  { name: 'settings', path: () => '/admin/settings', allowed: ['admin'] },
  { name: 'settings-brand', path: () => '/admin/settings/brand', allowed: ['admin'] },
  { name: 'settings-terms', path: () => '/admin/settings/terms', allowed: ['admin'] },
  { name: 'settings-sign-up', path: () => '/admin/settings/sign-up', allowed: ['admin'] },
  { name: 'settings-features', path: () => '/admin/settings/features', allowed: ['admin'] },
  { name: 'settings-domains', path: () => '/admin/settings/domains', allowed: ['admin'] },
  { name: 'team', path: () => '/admin/team', allowed: ['admin'] },
  { name: 'team-invite', path: () => '/admin/team/invite', allowed: ['admin'] },
  { name: 'affiliate-invite', path: (ids) => `/admin/affiliates/${ids.affiliate}/invite`, allowed: ['admin', 'manager'] },
  { name: 'mails', path: () => '/admin/mails', allowed: ['admin'] },
  { name: 'account', path: () => '/admin/account', allowed: NETWORK },
  { name: 'security', path: () => '/admin/account/security', allowed: NETWORK },
  { name: 'api-keys', path: () => '/admin/api-keys', allowed: ['admin'] },
  { name: 'api-key-new', path: () => '/admin/api-keys/new', allowed: ['admin'] },
  { name: 'styleguide', path: () => '/admin/styleguide', allowed: ['admin'] },
];

/** The affiliates' pages; `campaign` has to be one that the affiliate may see. */
export const AFFILIATE: { name: string; path: (ids: Ids) => string }[] = [
  { name: 'overview', path: () => '/affiliate' },
  { name: 'campaigns', path: () => '/affiliate/campaigns' },
  { name: 'campaign', path: (ids) => `/affiliate/campaigns/${ids.campaign}` },
  { name: 'links', path: () => '/affiliate/links' },
  { name: 'conversions', path: () => '/affiliate/conversions' },
  { name: 'subs', path: () => '/affiliate/subs' },
  { name: 'search', path: () => '/affiliate/search?q=in' },
  { name: 'notifications', path: () => '/affiliate/notifications' },
  { name: 'account', path: () => '/affiliate/account' },
  { name: 'security', path: () => '/affiliate/account/security' },
  { name: 'api-keys', path: () => '/affiliate/api-keys' },
  { name: 'api-key-new', path: () => '/affiliate/api-keys/new' },
];

/** Pages of the portals that consist of somebody's own account, below `/advertiser` and `/buyer`. */
export const PARTNER = ['', '/notifications', '/account', '/account/security'];

/** Pages for people who are not signed in; links in letters that lead nowhere are pages too. */
export const PUBLIC_PAGES = [
  '/login',
  '/login/code',
  '/forgot',
  '/reset/nonsense',
  '/invite/nonsense',
  '/confirm-email',
  '/confirm-email/nonsense',
  '/signup',
  '/signup/confirm',
  '/signup/confirm/nonsense',
];

/** Finds objects of the demo network that pages can be about. `admin` is signed in as the administrator. */
export async function idsFor(admin: APIRequestContext): Promise<Ids> {
  const link = world().demo.links[0];
  if (!link) throw new Error('the demo network has no links');
  const find = async (page: string, what: RegExp): Promise<string> => {
    const answer = await admin.get(page);
    expect(answer.status(), page).toBe(200);
    const found = what.exec(await answer.text())?.[1];
    if (!found) throw new Error(`${page} has nothing like ${what}`);
    return found;
  };
  const conversion = await find('/admin/conversions?period=14d', /\/admin\/conversions\/(conv_\w+)/);
  return {
    advertiser: await find('/admin/advertisers', /\/admin\/advertisers\/(adv_\w+)/),
    campaign: link.campaign_id,
    affiliate: link.affiliate_id,
    conversion,
    clickId: await find(`/admin/conversions/${conversion}`, /\/admin\/clicks\?q=([A-Za-z0-9_-]+)/),
  };
}

/** A campaign that an affiliate sees in its list. */
export async function campaignOf(affiliate: APIRequestContext): Promise<string> {
  const answer = await affiliate.get('/affiliate/campaigns');
  const found = /\/affiliate\/campaigns\/(camp_\w+)/.exec(await answer.text())?.[1];
  if (!found) throw new Error('/affiliate/campaigns names no campaign');
  return found;
}
