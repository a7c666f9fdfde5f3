/** What every page of the dashboard is held to, in a real browser. */
import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { axeFindings, overflow, type SeenPage, tabStops } from "./browser.ts";
import type { TestDashboard } from "./dashboard.ts";

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 320, height: 640 };
/** A page at 200 % has half the pixels of its window. */
const DOUBLED = { width: 640, height: 450 };

/**
 * For all readers, at every size, in the light and in the dark, and by keys alone.
 *
 * @param seen one tab for all pages: Chromium spends half as much on the next page of a tab as on the first of a new one.
 */
export async function looksWell(
  { page, problems, foreign }: Pick<SeenPage, "page" | "problems" | "foreign">,
  board: TestDashboard,
  path: string,
): Promise<void> {
  const before = [problems.length, foreign.length] as const;
  // As for the first page, wherever the look at another one has ended.
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(WIDE);
  await page.goto(`${board.url}${path}`);
  await isReadable(page);
  await isReachedByKeys(page);
  isQuiet({ problems: problems.slice(before[0]), foreign: foreign.slice(before[1]) });
}

/** Nothing that axe finds, and nothing that is cut off. */
async function isReadable(page: Page): Promise<void> {
  const found: unknown[] = [await axeFindings(page)];
  for (const size of [WIDE, PHONE, DOUBLED]) {
    await page.setViewportSize(size);
    found.push(await overflow(page));
  }
  await page.setViewportSize(PHONE);
  found.push(await axeFindings(page));
  await page.emulateMedia({ colorScheme: "dark" });
  found.push(await axeFindings(page, "color-contrast"));
  expect(found).toEqual([[], 0, 0, 0, [], []]);
  await page.setViewportSize(WIDE);
}

/** The key Tab reaches everything, and shows where one is. */
async function isReachedByKeys(page: Page): Promise<void> {
  const stops = await tabStops(page);
  expect(stops[0]).toBe("a Skip to the content");
  expect(stops.filter((stop) => stop.endsWith("(no ring)"))).toEqual([]);
  const targets =
    "main a[href], main button, main select, main textarea, main input:not([type=hidden])";
  const there = await page.locator(targets).filter({ visible: true }).count();
  expect(stops.length).toBeGreaterThanOrEqual(Math.min(there, 60));
}

/** No error in the console under the policy of the page, and no request to another host. */
export function isQuiet({ problems, foreign }: Pick<SeenPage, "problems" | "foreign">): void {
  expect(problems).toEqual([]);
  expect(foreign).toEqual([]);
}

/** The patterns of pages that none of the given addresses opens; streams and downloads are not pages. */
export function pagesLeftOut(
  { screens }: TestDashboard,
  addresses: readonly string[],
): readonly string[] {
  const seen = addresses.map((path) => path.replace(/\?.*/, ""));
  const fits = (pattern: string) => new RegExp(`^${pattern.replaceAll(/:\w+/g, "[^/]+")}$`);
  const paths = screens.flatMap(({ pages }) => pages.map(({ path }) => path));
  const pages = paths.filter((path) => !/\/(?:stream|file)$/.test(path));
  return pages.filter((path) => !seen.some((one) => fits(path).test(one)));
}
