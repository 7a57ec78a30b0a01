/** Holds the browser's requests to an address until a test lets them through: a slow server, without waiting for time. */
import type { Page } from '@playwright/test';

export class Gate {
  private arrive: () => void = () => undefined;
  private release: () => void = () => undefined;
  private readonly arrived = new Promise<void>((resolve) => (this.arrive = resolve));
  private readonly released = new Promise<void>((resolve) => (this.release = resolve));

  private constructor() {}

  /** From now on requests wait. Those that come after `open` are not held. */
  static async before(page: Page, address: string): Promise<Gate> {
    const gate = new Gate();
    await page.route(address, async (route) => {
      gate.arrive();
      await gate.released;
      // The page may have gone on without it.
      await route.continue().catch(() => undefined);
    });
    return gate;
  }

  /** A request waits. */
  reached(): Promise<void> {
    return this.arrived;
  }

  /** Lets through what waits and what will come. */
  open(): void {
    this.release();
  }
}
