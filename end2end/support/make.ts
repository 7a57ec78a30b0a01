/** Objects of a test's own, made with the forms of the portal, so that no other test gets between. */
import { type APIRequestContext, expect } from './test.ts';
import { unique, world } from './world.ts';

/** Sends a form of the portal as a browser without scripts does; answers the id of what was created. */
export async function create(admin: APIRequestContext, what: string, draft: Record<string, string>): Promise<string> {
  const form = Object.fromEntries(Object.entries(draft).map(([name, value]) => [`draft[${name}]`, value]));
  const answer = await admin.post(`/fn/create_${what}`, { form, headers: { accept: 'text/html' } });
  const to = answer.headers()['location'] ?? '';
  const id = /(?:\/|q=)((?:adv|camp|aff|link)_\w+)[?&]done=created/.exec(to)?.[1];
  if (!id) throw new Error(`no ${what} was created: ${answer.status()} ${to || (await answer.text())}`);
  return id;
}

/** An active campaign with one goal, `sale`; by default of an advertiser of its own. */
export async function newCampaign(admin: APIRequestContext, more: Record<string, string> = {}): Promise<string> {
  const advertiser = more['advertiser'] ?? (await create(admin, 'advertiser', { name: unique('Shop') }));
  return create(admin, 'campaign', {
    advertiser,
    name: unique('Offer'),
    status: 'active',
    visibility: 'private',
    currency: 'USD',
    destination_url: 'https://shop.example/?c={click_id}',
    goal_code: 'sale',
    goal_name: 'Sale',
    revenue_kind: 'fixed',
    revenue_value: '3',
    payout_kind: 'fixed',
    payout_value: '1',
    ...more,
  });
}

export interface MadeLink {
  id: string;
  code: string;
  /** Where its visitors begin. */
  url: string;
}

/** A link of an affiliate to a campaign, by default both of its own. */
export async function newLink(admin: APIRequestContext, campaign = '', affiliate = ''): Promise<MadeLink> {
  const id = await create(admin, 'link', {
    campaign: campaign || (await newCampaign(admin)),
    affiliate: affiliate || (await create(admin, 'affiliate', { name: unique('Media'), status: 'active' })),
  });
  const code = /title="[^"]*\/c\/([A-Za-z0-9_-]+)"|>\/c\/([A-Za-z0-9_-]+)</.exec(await (await admin.get(`/admin/links?q=${id}`)).text());
  const found = code?.[1] ?? code?.[2];
  if (!found) throw new Error(`the list of links shows no code for ${id}`);
  return { id, code: found, url: `${world().edgeUrl}/c/${found}` };
}

/** Follows a link and reports an order for it, as soon as the edge knows the link; answers what it is called here. */
export async function order(
  visitor: APIRequestContext,
  url: string,
  report: Record<string, string>,
): Promise<{ conversion: string; txid: string; click: string }> {
  let click = '';
  await expect
    .poll(async () => {
      // HEAD is answered like GET and not counted.
      if ((await visitor.head(url)).status() !== 302) return false;
      const answer = await visitor.get(url);
      click = /[a-z0-9]{47}/.exec(answer.headers()['location'] ?? '')?.[0] ?? '';
      return click !== '';
    })
    .toBe(true);
  const txid = unique('order').replaceAll(' ', '-');
  const query = new URLSearchParams({ click_id: click, txid, ...report });
  const answer = await visitor.get(`${world().edgeUrl}/postback?${query}`);
  expect(answer.status(), await answer.text()).toBe(200);
  const { conversion_id } = (await answer.json()) as { conversion_id: string };
  return { conversion: conversion_id, txid, click };
}
