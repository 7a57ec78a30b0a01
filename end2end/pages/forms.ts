/** The forms of the network's portal, by the labels that people read. */
import type { Locator } from '@playwright/test';
import { expect } from '../support/test.ts';
import { Portal } from './portal.ts';

/** Label → text to type, or the label of the choice to make. */
export type Values = Record<string, string>;

export class Form extends Portal {
  /** A field by its label; a mark such as "(optional)" does not count. */
  field(label: string): Locator {
    const escaped = label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.main.getByLabel(new RegExp(`^\\s*${escaped}\\s*(\\(optional\\))?\\s*$`));
  }

  /** The message under a field, once there is one. */
  async messageOf(label: string): Promise<string> {
    const field = this.field(label);
    await expect(field).toHaveAttribute('aria-describedby', /-error$/);
    const ids = (await field.getAttribute('aria-describedby')) ?? '';
    return (await this.page.locator(`[id="${ids.split(' ').at(-1)}"]`).innerText()).trim();
  }

  /** The summary above the form. */
  get summary(): Locator {
    return this.main.getByRole('alert');
  }

  async fill(values: Values): Promise<void> {
    for (const [label, value] of Object.entries(values)) {
      const field = this.field(label);
      const tag = await field.evaluate((element) => element.tagName);
      if (tag === 'SELECT') await field.selectOption({ label: value });
      else await field.fill(value);
    }
  }

  async submit(button: string): Promise<void> {
    await this.main.getByRole('button', { name: button, exact: true }).click();
  }

  /** Fills and sends a form that leads to the page of what was created; answers its id. */
  protected async create(button: string, values: Values, leadsTo: RegExp): Promise<string> {
    await this.fill(values);
    await this.submit(button);
    await this.page.waitForURL(leadsTo);
    return leadsTo.exec(this.page.url())?.[1] ?? '';
  }
}

export class AdvertiserForm extends Form {
  static readonly address = '/admin/advertisers/new';
  static readonly button = 'Create advertiser';

  async createNew(values: Values): Promise<string> {
    await this.open(AdvertiserForm.address);
    return this.create(AdvertiserForm.button, values, /\/admin\/advertisers\/(adv_\w+)\?done=created/);
  }
}

export class CampaignForm extends Form {
  static readonly address = '/admin/campaigns/new';
  static readonly button = 'Create campaign';

  async createNew(values: Values): Promise<string> {
    await this.open(CampaignForm.address);
    return this.create(CampaignForm.button, values, /\/admin\/campaigns\/(camp_\w+)\?done=created/);
  }
}

export class AffiliateForm extends Form {
  static readonly address = '/admin/affiliates/new';
  static readonly button = 'Create affiliate';

  async createNew(values: Values): Promise<string> {
    await this.open(AffiliateForm.address);
    return this.create(AffiliateForm.button, values, /\/admin\/affiliates\/(aff_\w+)\?done=created/);
  }
}

export class LinkForm extends Form {
  static readonly address = '/admin/links/new';
  static readonly button = 'Create link';
}
