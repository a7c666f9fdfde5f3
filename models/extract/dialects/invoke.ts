/** `<invoke name="N"><parameter name="k">v</parameter></invoke>`; dialects differ in prefix and frame. */
import type { Dialect } from "../dialect.ts";
import { tagEnd } from "../ends/tag-end.ts";
import { readNamedTag, type TagGrammar } from "../readers/tagged.ts";
import { blanks, name, quote, shape, space } from "../shape.ts";

interface Invoke {
  readonly id: string;
  /** Stands before the name of every tag. */
  readonly prefix: string;
  /** Tags around all calls. */
  readonly frames: readonly string[];
}

function invokeDialect({ id, prefix, frames }: Invoke): Dialect {
  const open = `<${prefix}invoke name=`;
  const close = `</${prefix}invoke>`;
  const value = `<${prefix}parameter name=`;
  const valueClose = `</${prefix}parameter>`;
  const frameCloses = frames.map((frame) => frame.replace("<", "</"));
  const grammar: TagGrammar = {
    open: value,
    tag: new RegExp(
      `${RegExp.escape(value)}["']?([^"'<>\\n]{1,128})["']?(?:\\s+string=["']?(\\w+)["']?)?\\s*>`,
      "y",
    ),
    close: valueClose,
    next: [close, ...frameCloses],
    typed: (text, isString) => (isString === "true" ? text : jsonOrUndefined(text)),
  };
  return {
    id,
    markers: [
      {
        kind: "unit",
        open: [open],
        after: shape(quote, name, quote, blanks, [">"]),
        end: tagEnd({ value: [value], valueClose, close: [close], before: [...frameCloses, open] }),
        read: (body) => readNamedTag(body, grammar),
      },
      { kind: "wrapper", open: frames, after: shape(space, [open, ...frames]) },
      { kind: "close", open: [...frameCloses, close, valueClose] },
    ],
  };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The schema decides instead.
  }
}

/** MiniMax M2, and the same body in the frame that Claude made known. */
export const invoke: Dialect = invokeDialect({
  id: "invoke-xml",
  prefix: "",
  frames: ["<minimax:tool_call>", "<function_calls>"],
});

/** Step 3; what stands around the calls is in `deepseek.ts`. */
export const step: Dialect = invokeDialect({ id: "step3", prefix: "steptml:", frames: [] });

/** DeepSeek 3.2 and 4, with the bars full-width or in ASCII. */
export const dsml: readonly Dialect[] = ["｜DSML｜", "|DSML|"].map((prefix) =>
  invokeDialect({
    id: "deepseek-dsml",
    prefix,
    frames: [`<${prefix}function_calls>`, `<${prefix}tool_calls>`],
  }),
);
