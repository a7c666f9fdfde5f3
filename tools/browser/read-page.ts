/** Reads what a page shows, frames included, and gives names to what can be used. */
import { z } from "zod";
import { readAxTree } from "./ax-node.ts";
import { type OutlineItem, outlineOf } from "./outline.ts";
import type { Page } from "./page.ts";
import { linesOf } from "./page-view.ts";

/** More elements than this are not described one by one: their description would be hundreds of megabytes. */
const MOST_ELEMENTS = 40_000;
/** Characters of such a page that are read. */
const MOST_TEXT = 60_000;
const MOST_FRAMES = 10;
const DEEPEST_FRAME = 3;
const MOST_SECRETS = 20;

/** Fields of passwords and of cards, by what browsers themselves go by. */
export const SECRET_FIELDS =
  'input[type=password],[autocomplete*="password"],[autocomplete*="one-time-code"],[autocomplete*="cc-"]';

const evaluated = z.object({
  result: z.object({ value: z.unknown().optional(), objectId: z.string().optional() }),
});
const properties = z.object({
  result: z.array(
    z.object({ name: z.string(), value: z.object({ objectId: z.string().optional() }).optional() }),
  ),
});
const described = z.object({
  node: z.object({ backendNodeId: z.number(), frameId: z.string().optional() }),
});

/** A frame of a page, and the session that answers for it. */
interface FrameTarget {
  readonly session: string;
  readonly frame: string;
}

/** Reads the page anew; its rows are in `page.lines` then. */
export async function readPage(page: Page): Promise<void> {
  const target = { session: page.session, frame: page.target };
  page.refs.beginReading();
  const elements = Number(
    await evaluate(page, target, "document.getElementsByTagName('*').length"),
  );
  const items =
    elements > MOST_ELEMENTS
      ? await plainText(page, target, elements)
      : await itemsOf(page, target, { remaining: MOST_FRAMES, depth: 0 });
  page.before = page.lines.length === 0 ? undefined : page.lines;
  page.lines = linesOf(items);
}

async function plainText(
  page: Page,
  target: FrameTarget,
  elements: number,
): Promise<readonly OutlineItem[]> {
  const text = await evaluate(page, target, `document.body.textContent.slice(0, ${MOST_TEXT})`);
  const rows = String(text)
    .split("\n")
    .map((row) => row.trim());
  const head = `The page has ${elements.toLocaleString("en")} elements, too many to name; the beginning of its text:`;
  return [head, ...rows.filter((row) => row !== "")].map((row) => ({ text: row, children: [] }));
}

interface Budget {
  /** Frames that may still be read. */
  remaining: number;
  readonly depth: number;
}

async function itemsOf(
  page: Page,
  target: FrameTarget,
  budget: Budget,
): Promise<readonly OutlineItem[]> {
  const { session, frame } = target;
  const [result] = await Promise.all([
    page.send("Accessibility.getFullAXTree", { frameId: frame }, session),
    markSecrets(page, target),
  ]);
  const tree = readAxTree(result);
  const frames = new Map<number, readonly OutlineItem[]>();
  for (const { role, element } of tree.nodes.values()) {
    if (role !== "Iframe" || element === undefined) continue;
    if (budget.remaining <= 0 || budget.depth >= DEEPEST_FRAME) break;
    budget.remaining -= 1;
    // One after the other: names are given in the order of the document.
    frames.set(element, await frameItems(page, { session, element }, budget));
  }
  return outlineOf(tree, {
    host: page.host,
    refOf: (target) => page.refs.refOf({ ...target, session, frame }),
    inFrame: (element) => frames.get(element) ?? [],
  });
}

/** What stands in a frame; nothing where it has gone meanwhile. */
async function frameItems(
  page: Page,
  { session, element }: { readonly session: string; readonly element: number },
  budget: Budget,
): Promise<readonly OutlineItem[]> {
  try {
    const owner = await page.send("DOM.describeNode", { backendNodeId: element }, session);
    const frame = described.parse(owner).node.frameId;
    if (frame === undefined) return [];
    const target = { session: page.frameSessions.get(frame) ?? session, frame };
    const inner: Budget = { remaining: budget.remaining, depth: budget.depth + 1 };
    const items = await itemsOf(page, target, inner);
    budget.remaining = inner.remaining;
    return items;
  } catch {
    return [];
  }
}

async function evaluate(page: Page, target: FrameTarget, expression: string): Promise<unknown> {
  const result = await page.inIsolatedWorld(target, (contextId) =>
    page.send("Runtime.evaluate", { expression, contextId, returnByValue: true }, target.session),
  );
  return evaluated.parse(result).result.value;
}

/** Remembers which elements take passwords, before a model reads of them. */
async function markSecrets(page: Page, target: FrameTarget): Promise<void> {
  const { session } = target;
  const expression = `[...document.querySelectorAll(${JSON.stringify(SECRET_FIELDS)})].slice(0, ${MOST_SECRETS})`;
  const list = await page.inIsolatedWorld(target, (contextId) =>
    page.send("Runtime.evaluate", { expression, contextId }, session),
  );
  const { objectId } = evaluated.parse(list).result;
  if (objectId === undefined) return;
  const own = await page.send("Runtime.getProperties", { objectId, ownProperties: true }, session);
  const ids = properties
    .parse(own)
    .result.flatMap(({ name, value }) =>
      /^\d+$/.test(name) && value?.objectId !== undefined ? [value.objectId] : [],
    );
  for (const id of ids) {
    const node = await page.send("DOM.describeNode", { objectId: id }, session);
    page.refs.markSecret({ session, element: described.parse(node).node.backendNodeId });
  }
}
