/** What an affiliate sees. */
import type { Locator } from '@playwright/test';
import { Portal } from './portal.ts';

export class AffiliateOverview extends Portal {
  /** A balance in one currency, such as `$6.00`. */
  balance(what: 'pending' | 'approved', currency = 'USD'): Locator {
    return this.main.locator(`[data-balance="${what}-${currency}"]`);
  }

  /** The figure of a tile such as `Clicks`. */
  figure(label: string): Locator {
    return this.main
      .locator('.kpi')
      .filter({ has: this.page.locator('.lab', { hasText: new RegExp(`^${label}$`) }) })
      .locator('.val');
  }
}

export class AffiliateCampaigns extends Portal {
  /** Takes the link to a campaign; answers its address. */
  async takeLink(campaign: string): Promise<string> {
    await this.open('/affiliate/campaigns');
    await this.main.getByRole('link', { name: campaign }).first().click();
    await this.page.waitForURL(/\/affiliate\/campaigns\/camp_/);
    await this.heading.filter({ hasText: campaign }).waitFor();
    await this.page.getByRole('button', { name: 'Get link' }).click();
    const address = this.page.getByLabel('Tracking URL').first();
    await address.waitFor();
    return address.inputValue();
  }
}
