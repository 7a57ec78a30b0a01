import type { Login } from '../support/world.ts';
import { Portal } from './portal.ts';

export class LoginPage extends Portal {
  get email() {
    return this.page.getByLabel('Email', { exact: true });
  }

  get password() {
    return this.page.getByLabel('Password', { exact: true });
  }

  get refusal() {
    return this.page.getByRole('alert');
  }

  /** Sends the form; where it leads is for the caller to check. */
  async submit(login: Pick<Login, 'email' | 'password'>): Promise<void> {
    await this.email.fill(login.email);
    await this.password.fill(login.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Signs in and waits for the portal. */
  async signIn(login: Pick<Login, 'email' | 'password'>): Promise<void> {
    await this.open('/login');
    await this.submit(login);
    await this.page.waitForURL(/\/(admin|affiliate)(\?|$)/);
  }
}
