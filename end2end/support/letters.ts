/** Letters that the platform has sent, read as the network's people see them. */
import { type APIRequestContext, expect } from './test.ts';

/** Address of the newest letter to somebody whose text matches, and what matched. Waits until it was sent. */
export async function letter(admin: APIRequestContext, to: string, text: RegExp): Promise<{ page: string; found: string }> {
  let found = { page: '', found: '' };
  await expect
    .poll(
      async () => {
        const list = await (await admin.get(`/admin/mails?q=${encodeURIComponent(to)}&status=sent`)).text();
        for (const [, page = ''] of list.matchAll(/href="(\/admin\/mails\/mail_\w+)"/g)) {
          const match = text.exec(await (await admin.get(page)).text());
          if (match) found = { page, found: match[1] ?? match[0] };
          if (match) break;
        }
        return found.page;
      },
      { timeout: 20_000, message: `a letter to ${to} that says ${text}` },
    )
    .not.toBe('');
  return found;
}

/** The way that a link in a letter leads, such as `/invite/…`. */
export async function linkIn(admin: APIRequestContext, to: string, way: string): Promise<string> {
  return (await letter(admin, to, new RegExp(`https?://[^\\s"<]+(/${way}/[A-Za-z0-9_-]{43})`))).found;
}
