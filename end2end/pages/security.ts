/** Two-step sign-in and sessions of one's own account. */
import { createHmac } from 'node:crypto';
import { Portal } from './portal.ts';

export class SecurityPage extends Portal {
  static readonly address = '/affiliate/account/security';

  /** Sets two-step sign-in up; answers the secret and the recovery codes. */
  async setUp(): Promise<{ secret: string; code: string; codes: string[] }> {
    await this.main.getByRole('button', { name: 'Set up two-step sign-in' }).click();
    const shown = this.main.locator('#totp-secret');
    await shown.waitFor();
    const secret = (await shown.innerText()).replaceAll(' ', '');
    const code = totp(secret);
    await this.main.getByLabel('Code', { exact: true }).fill(code);
    await this.main.getByRole('button', { name: 'Turn on' }).click();
    await this.page.waitForURL(/done=on/);
    const codes = await this.main.locator('#recovery-codes li').allInnerTexts();
    return { secret, code, codes: codes.map((code) => code.trim()) };
  }

  /** The row of a session by what it says of itself. */
  get sessions() {
    return this.main.getByRole('region', { name: 'Sessions' }).locator('tbody tr');
  }
}

/** The code that an authenticator shows (RFC 6238), `ahead` steps of half a minute from now. */
export function totp(secret: string, ahead = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of secret.replace(/=+$/, '')) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
