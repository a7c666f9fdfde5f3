/** What is done to one element of a page: found again by its name, looked at once more, then used. */
import { z } from "zod";
import { CdpFailure } from "#platform/browser/cdp.ts";
import { keyOf } from "./keys.ts";
import type { Page } from "./page.ts";
import { SECRET_FIELDS } from "./read-page.ts";
import type { PageTarget } from "./ref-book.ts";

/** The call cannot be done as it was meant; a sentence for the model. */
export class ActionRefused extends Error {}

const resolved = z.object({ object: z.object({ objectId: z.string() }) });
const called = z.object({ result: z.object({ value: z.unknown().optional() }) });
const quads = z.object({ quads: z.array(z.array(z.number()).length(8)) });
const located = z.object({ backendNodeId: z.number() });

/** A file that a page is given. */
export interface Upload {
  /** Without its folders. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** An element that is there now. */
export class PageElement {
  readonly #page: Page;
  readonly #target: PageTarget;
  readonly #object: string;

  private constructor(page: Page, target: PageTarget, object: string) {
    this.#page = page;
    this.#target = target;
    this.#object = object;
  }

  /** @throws {ActionRefused} when it is not on the page any more. */
  static async find(page: Page, target: PageTarget, ref: string): Promise<PageElement> {
    const { session, element } = target;
    try {
      const found = await page.inIsolatedWorld(target, (executionContextId) =>
        page.send("DOM.resolveNode", { backendNodeId: element, executionContextId }, session),
      );
      const { objectId } = resolved.parse(found).object;
      const one = new PageElement(page, target, objectId);
      if ((await one.call("function () { return this.isConnected }")) === true) return one;
    } catch (error) {
      if (!(error instanceof CdpFailure) || error.isGone) throw error;
    }
    throw new ActionRefused(goneText(ref));
  }

  /** Whether it takes a password or the number of a card. */
  async isSecret(): Promise<boolean> {
    const is = `function () { return this.matches(${JSON.stringify(SECRET_FIELDS)}) }`;
    return (await this.call(is)) === true;
  }

  /** @throws {ActionRefused} when something else lies where a person would click. */
  async click(): Promise<void> {
    const point = await this.#point();
    if (point === undefined) {
      await this.call("function () { this.click() }");
      return;
    }
    const send = (type: string, more: Readonly<Record<string, unknown>>) =>
      this.#page.send("Input.dispatchMouseEvent", { type, ...point, ...more });
    await send("mouseMoved", {});
    await send("mousePressed", { button: "left", clickCount: 1 });
    await send("mouseReleased", { button: "left", clickCount: 1 });
  }

  /** Replaces what stands in it. @throws {ActionRefused} when it takes no text. */
  async type(text: string): Promise<void> {
    const { session, element } = this.#target;
    const kind = await this.call(PREPARE_TYPING, [text]);
    if (kind === "none") throw new ActionRefused("It takes no text: click it, or use select.");
    if (kind === "readonly") throw new ActionRefused("It is read-only or disabled.");
    if (kind === "done") return;
    await this.#page.send("DOM.focus", { backendNodeId: element }, session);
    await this.call(SELECT_ALL);
    if (text === "") await press(this.#page, "Delete");
    else await this.#page.send("Input.insertText", { text });
  }

  /** Whether it takes a file of this machine. */
  async takesFile(): Promise<boolean> {
    return (await this.call(`function () { return this.matches("input[type=file]") }`)) === true;
  }

  /** Gives it a file, as if a person had chosen it. */
  async give({ name, data }: Upload): Promise<void> {
    await this.call(GIVE_FILE, [name, Buffer.from(data).toString("base64")]);
  }

  async focus(): Promise<void> {
    await this.#page.send(
      "DOM.focus",
      { backendNodeId: this.#target.element },
      this.#target.session,
    );
  }

  /** @throws {ActionRefused} when it is not a list or has no such option; it then says which there are. */
  async select(text: string): Promise<void> {
    const found = await this.call(SELECT_OPTION, [text]);
    if (found === "chosen") return;
    if (!Array.isArray(found))
      throw new ActionRefused("It is not a list: click it, then click what it shows.");
    const options = found.map((one) => JSON.stringify(String(one).slice(0, 60))).join(", ");
    throw new ActionRefused(`It has no such option; there are: ${options || "none"}.`);
  }

  /** Calls a function on it, where the scripts of the page cannot see what we use. */
  async call(declaration: string, args: readonly unknown[] = []): Promise<unknown> {
    const result = await this.#page.send(
      "Runtime.callFunctionOn",
      {
        ...{ objectId: this.#object, functionDeclaration: declaration, returnByValue: true },
        arguments: args.map((value) => ({ value })),
      },
      this.#target.session,
    );
    return called.parse(result).result.value;
  }

  /** Where it can be clicked; undefined where only a script can reach it, as in a frame of another process. */
  async #point(): Promise<{ readonly x: number; readonly y: number } | undefined> {
    const { session, element } = this.#target;
    if (session !== this.#page.session) return undefined;
    await this.#page
      .send("DOM.scrollIntoViewIfNeeded", { backendNodeId: element })
      .catch(refuseHidden);
    const shape = await this.#page
      .send("DOM.getContentQuads", { backendNodeId: element })
      .catch(refuseHidden);
    const [first] = quads.parse(shape).quads;
    if (first === undefined) return refuseHidden();
    const [x1 = 0, y1 = 0, , , x2 = 0, y2 = 0] = first;
    const point = { x: Math.round((x1 + x2) / 2), y: Math.round((y1 + y2) / 2) };
    await this.#requireFree(point);
    return point;
  }

  async #requireFree(point: { readonly x: number; readonly y: number }): Promise<void> {
    const at = await this.#page
      .send("DOM.getNodeForLocation", { ...point, includeUserAgentShadowDOM: false })
      .catch(() => undefined);
    const hit = located.safeParse(at).data?.backendNodeId;
    if (hit === undefined || hit === this.#target.element) return;
    const target = { session: this.#target.session, frame: this.#target.frame };
    const other = await this.#page
      .inIsolatedWorld(target, (executionContextId) =>
        this.#page.send("DOM.resolveNode", { backendNodeId: hit, executionContextId }),
      )
      .catch(() => undefined);
    const objectId = resolved.safeParse(other).data?.object.objectId;
    if (objectId === undefined) return;
    const result = await this.#page.send("Runtime.callFunctionOn", {
      ...{ objectId: this.#object, functionDeclaration: COVERED, returnByValue: true },
      arguments: [{ objectId }],
    });
    const by = called.parse(result).result.value;
    if (typeof by !== "string") return;
    throw new ActionRefused(
      `Something else lies over it (${by.slice(0, 80)}): use that first, or press Escape.`,
    );
  }
}

/** @throws {ActionRefused} for what is not a key. */
export async function press(page: Page, name: string): Promise<void> {
  const key = keyOf(name);
  if (key === undefined) throw new ActionRefused(`"${name.slice(0, 40)}" is not a key.`);
  const { text, ...rest } = key;
  await page.send("Input.dispatchKeyEvent", {
    ...{ ...rest, type: text === undefined ? "rawKeyDown" : "keyDown" },
    ...(text === undefined ? {} : { text }),
  });
  await page.send("Input.dispatchKeyEvent", { ...rest, type: "keyUp" });
}

/** The message about a name that means nothing now. */
export function goneText(ref: string): string {
  return `${ref.slice(0, 20)} is gone: read the page again, and use a name that it shows.`;
}

function refuseHidden(): never {
  throw new ActionRefused("It is not shown, so it cannot be used: read the page again.");
}

// What is typed into these is not inserted as text; their value is what a person would choose.
const PREPARE_TYPING = `function (text) {
  const own = this instanceof HTMLInputElement;
  if (this.disabled || this.readOnly) return "readonly";
  if (own && ["date", "time", "datetime-local", "month", "week", "color", "range"].includes(this.type)) {
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    set.call(this, text);
    this.dispatchEvent(new Event("input", { bubbles: true }));
    this.dispatchEvent(new Event("change", { bubbles: true }));
    return "done";
  }
  const typeless = own && ["checkbox", "radio", "button", "submit", "reset", "file", "image"].includes(this.type);
  return (own && !typeless) || this instanceof HTMLTextAreaElement || this.isContentEditable ? "text" : "none";
}`;

const GIVE_FILE = `function (name, base64) {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const chosen = new DataTransfer();
  chosen.items.add(new File([bytes], name));
  this.files = chosen.files;
  this.dispatchEvent(new Event("input", { bubbles: true }));
  this.dispatchEvent(new Event("change", { bubbles: true }));
}`;

const SELECT_ALL = `function () {
  if (this.isContentEditable) getSelection().selectAllChildren(this);
  else this.select();
}`;

const SELECT_OPTION = `function (wanted) {
  if (!(this instanceof HTMLSelectElement)) return "other";
  const plain = (text) => text.replace(/\\s+/g, " ").trim().toLowerCase();
  const options = [...this.options].filter((one) => !one.disabled);
  const found = options.find((one) => plain(one.label) === plain(wanted))
    ?? options.find((one) => one.value === wanted);
  if (found === undefined) return options.slice(0, 20).map((one) => one.label);
  if (!this.multiple) this.value = found.value;
  found.selected = true;
  this.dispatchEvent(new Event("input", { bubbles: true }));
  this.dispatchEvent(new Event("change", { bubbles: true }));
  return "chosen";
}`;

const COVERED = `function (hit) {
  for (let at = hit; at; at = at.parentNode ?? at.host) if (at === this || at === this.control) return true;
  for (let at = this; at; at = at.parentNode ?? at.host) if (at === hit) return true;
  const label = hit.closest && hit.closest("label");
  if (label && label.control === this) return true;
  const text = (hit.textContent || "").replace(/\\s+/g, " ").trim().slice(0, 60);
  return (hit.localName || "text") + (text ? " " + JSON.stringify(text) : "");
}`;
