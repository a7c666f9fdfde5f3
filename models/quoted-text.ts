/** Texts of the user's line in a small model's program, where one was changed on the way. */
import type { ToolCall } from "#core/calls.ts";
import { fieldsOf } from "#core/json.ts";

/** A letter that Python takes for the kind of a text, and the text. */
const PREFIXED = /(?<![\w"'\\])[bBrRuUfF](["'])[^"'\\\n]+\1/g;

/**
 * The program with texts as the user gave them: asked for `bGFudGVybg==` in bytes, a model writes `b'GFudGVybg=='`, with the
 * first letter of the text as the mark before it.
 *
 * @param line the message of the user.
 */
export function withQuotedText(call: ToolCall, line: string): ToolCall {
  const args = fieldsOf(call.arguments);
  const { code } = args;
  if (call.name !== "python_run" || typeof code !== "string") return call;
  const mended = code.replace(PREFIXED, (literal) => {
    const [mark = "", quote = ""] = literal;
    const text = literal.slice(2, -1);
    if (standsIn(line, text) || !standsIn(line, `${mark}${text}`)) return literal;
    return `${mark.toLowerCase() === "b" ? mark : ""}${quote}${mark}${text}${quote}`;
  });
  return mended === code ? call : { ...call, arguments: { ...args, code: mended } };
}

/** As a whole, and in the same letters. */
function standsIn(line: string, text: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(text)}(?![\\p{L}\\p{N}])`, "u").test(line);
}
