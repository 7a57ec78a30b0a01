/** What a person with a disability could not use, as far as a program finds it (WCAG 2.2, A and AA). */
import AxeBuilder from '@axe-core/playwright';
import { type Page, expect } from './test.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Notes what is wrong with the page, or a part of it, as it is shown now; `what` says which state that is. */
export async function expectReadable(page: Page, what: string, part = 'html'): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(part).withTags(RULES).analyze();
  const said = violations.flatMap((rule) =>
    rule.nodes.slice(0, 4).map((node) => `${rule.id}: ${rule.help}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
  expect.soft(said, what).toEqual([]);
}
