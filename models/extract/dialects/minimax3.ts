import { type Body, type Dialect, type RawCall, Untyped } from "../dialect.ts";
import { markerEnd } from "../ends/marker-end.ts";
import { LIMITS } from "../limits.ts";
import { define, TooDeep } from "../readers/literal.ts";
import { tagName } from "../readers/tagged.ts";
import { blanks, name, quote, shape, space } from "../shape.ts";

/** Stands before every tag, so that values need no escaping. */
const MARK = "]<]minimax[>[";
const INVOKE = `${MARK}<invoke name=`;
const INVOKE_CLOSE = `${MARK}</invoke>`;
const SECTION_CLOSE = `${MARK}</tool_call>`;
const TAG = /^<(?<close>\/)?(?<name>[^<>\s]{1,128})>/;

/** MiniMax M3: parameters are tags by their own names, nested ones too, lists are made of `<item>`. */
export const miniMax3: Dialect = {
  id: "minimax-m3",
  markers: [
    {
      kind: "unit",
      open: [INVOKE],
      after: shape(quote, name, quote, blanks, [">"]),
      end: markerEnd({ close: [INVOKE_CLOSE], before: [INVOKE, SECTION_CLOSE] }),
      read: readInvoke,
    },
    { kind: "wrapper", open: [`${MARK}<tool_call>`], after: shape(space, [INVOKE]) },
    { kind: "close", open: [SECTION_CLOSE, INVOKE_CLOSE] },
    { kind: "think", open: [`${MARK}<mm:think>`], close: [`${MARK}</mm:think>`] },
  ],
};

interface Element {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

function readInvoke(body: Body): RawCall[] | null {
  const called = tagName(body.text);
  if (called === undefined) return null;
  const [, ...pieces] = body.text.slice(called.end).split(MARK);
  const root: Element = { name: called.name, text: "", children: [] };
  const open = [root];
  for (const piece of pieces) addPiece(piece, open);
  const truncated = body.cut && !(body.stopped && open.length === 1);
  return [{ name: called.name, arguments: members(root), truncated }];
}

/** Adds one tag and the text behind it. */
function addPiece(piece: string, open: Element[]): void {
  const tag = TAG.exec(piece);
  const parent = open.at(-1);
  if (tag === null || parent === undefined) return;
  const text = piece.slice(tag[0].length);
  if (tag.groups?.["close"] !== undefined) {
    if (open.length > 1) open.pop();
    return;
  }
  if (open.length > LIMITS.depth) throw new TooDeep(`nested deeper than ${LIMITS.depth}`);
  const element: Element = { name: tag.groups?.["name"] ?? "", text, children: [] };
  parent.children.push(element);
  open.push(element);
}

function elementValue(element: Element): unknown {
  if (element.children.length === 0) return new Untyped(element.text);
  const isList = element.children.every((child) => child.name === "item");
  return isList ? element.children.map(elementValue) : members(element);
}

function members(element: Element): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [key, children] of Map.groupBy(element.children, (child) => child.name)) {
    const values = children.map(elementValue);
    // The same tag twice is a list, though no schema said so.
    define(object, key, values.length === 1 ? values[0] : values);
  }
  return object;
}
