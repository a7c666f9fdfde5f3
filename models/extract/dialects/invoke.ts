/** `<invoke name="N"><parameter name="k">v</parameter></invoke>`; dialects differ in prefix and frame. */
import type { Body, Dialect, RawCall, UnitMarker } from "../dialect.ts";
import { tagEnd } from "../ends/tag-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { exactJsonOrUndefined } from "../readers/exact-json.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import { readNamedTag, type TagGrammar } from "../readers/tagged.ts";
import type { ToolIndex } from "../resolve.ts";
import { blanks, name, quote, shape, space } from "../shape.ts";

/** The tags of one call. */
interface InvokeTags {
  readonly open: string;
  readonly close: string;
  readonly value: string;
  readonly grammar: TagGrammar;
  readonly end: UnitMarker["end"];
}

const NO_FRAMES: readonly string[] = [];

/**
 * @param prefix stands before the name of every tag.
 * @param frameCloses closing tags of what stands around all calls.
 */
export function invokeTags(prefix: string, frameCloses: readonly string[] = NO_FRAMES): InvokeTags {
  const open = `<${prefix}invoke name=`;
  const close = `</${prefix}invoke>`;
  const value = `<${prefix}parameter `;
  const valueClose = `</${prefix}parameter>`;
  const grammar: TagGrammar = {
    open: value,
    // The attributes come in any order.
    tag: new RegExp(
      `${RegExp.escape(value)}(?=[^<>\\n]{0,128}\\bname=["']?([^"'<>\\n]{1,128})["']?)` +
        `(?:(?=[^<>\\n]{0,256}\\bstring=["']?(\\w+)["']?))?[^<>\\n]{1,400}>`,
      "y",
    ),
    close: valueClose,
    next: [close, ...frameCloses],
    typed: (text, isString) => (isString === "true" ? text : exactJsonOrUndefined(text)),
  };
  const end = tagEnd({
    value: [value],
    valueClose,
    close: [close],
    before: [...frameCloses, open],
  });
  return { open, close, value, grammar, end };
}

/** Reads all calls of a body, one behind the other. */
export function readInvokes(body: Body, tags: InvokeTags): RawCall[] | null {
  const calls: RawCall[] = [];
  let at = body.text.indexOf(tags.open);
  while (at >= 0) {
    const rest = body.text.slice(at + tags.open.length);
    const detector = tags.end(tags.open);
    detector.feed(rest, 0, true);
    const found = detector.found ?? { body: rest.length, end: rest.length };
    const cut = body.cut && detector.found === undefined;
    const inner = { ...body, text: rest.slice(0, found.body), cut };
    calls.push(...(readNamedTag(inner, tags.grammar) ?? []).map((call) => named(call, body.tools)));
    at = body.text.indexOf(tags.open, at + tags.open.length + found.end);
  }
  return calls.length === 0 ? null : calls;
}

/** The name may come doubled, or behind a namespace: the only part that is declared is meant. */
function named(call: RawCall, tools: ToolIndex): RawCall {
  if (tools.isDeclared(call.name)) return call;
  const [only, ...others] = new Set(call.name.split(".").filter((part) => tools.isDeclared(part)));
  return only === undefined || others.length > 0 ? call : { ...call, name: only };
}

interface Invoke {
  readonly id: string;
  readonly prefix: string;
  /** Tags around all calls. */
  readonly frames: readonly string[];
}

function invokeDialect({ id, prefix, frames }: Invoke): Dialect {
  const frameCloses = frames.map((frame) => frame.replace("<", "</"));
  const { open, close, grammar, end } = invokeTags(prefix, frameCloses);
  return {
    id,
    markers: [
      {
        kind: "unit",
        open: [open],
        after: shape(quote, name, quote, blanks, [">"]),
        end,
        read: (body) => readNamedTag(body, grammar),
      },
      { kind: "wrapper", open: frames, after: shape(space, [open, ...frames]) },
      { kind: "close", open: [...frameCloses, close, grammar.close] },
    ],
  };
}

/** MiniMax M2, and the same body in the frame that Claude made known. */
export const invoke: Dialect = invokeDialect({
  id: "invoke-xml",
  prefix: "",
  frames: ["<minimax:tool_call>", "<function_calls>"],
});

const DOTS = "dots_function_call";

/** Dots: the frame may hold JSON instead. */
export const dots: Dialect = {
  id: "dots",
  markers: [
    ...invokeDialect({ id: "dots", prefix: "", frames: [`<${DOTS}>`] }).markers.filter(
      ({ kind }) => kind !== "unit",
    ),
    {
      kind: "unit",
      open: [`<${DOTS}>`],
      after: shape(space, ["{"]),
      end: valueEnd({ close: [`</${DOTS}>`], many: true }),
      read: readJsonCalls(),
    },
  ],
};

/** Step 3; what stands around the calls is in `deepseek.ts`. */
export const step: Dialect = invokeDialect({ id: "step3", prefix: "steptml:", frames: [] });

/** DeepSeek 3.2 and 4, with the bars full-width or in ASCII; 4.1 writes a blank behind the second one. */
export const dsml: readonly Dialect[] = ["｜", "|"]
  .flatMap((bar) => ["", " "].map((blank) => `${bar}DSML${bar}${blank}`))
  .map((prefix) =>
    invokeDialect({
      id: "deepseek-dsml",
      prefix,
      frames: ["function_calls", "tool_calls", "calls"].map((frame) => `<${prefix}${frame}>`),
    }),
  );

/** GigaChat 3.5. */
export const gigaChat35: readonly Dialect[] = ["｜GCML｜", "|GCML|"].map((prefix) =>
  invokeDialect({ id: "gigachat3.5", prefix, frames: [`<${prefix}tool_calls>`] }),
);
