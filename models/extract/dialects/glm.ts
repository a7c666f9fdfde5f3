import type { Dialect } from "../dialect.ts";
import { tagEnd } from "../ends/tag-end.ts";
import { readTagged, type TagGrammar, unquote } from "../readers/tagged.ts";
import { looseSpace, name, shape } from "../shape.ts";

/**
 * `<tool_call>NAME<arg_key>k</arg_key><arg_value>v</arg_value></tool_call>`; without arguments the bare
 * name. Line ends between the tags may be missing, or be written as the two characters `\n`.
 */
function argumentDialect(id: string, prefix: string): Dialect {
  const open = `<${prefix}tool_call>`;
  const close = `</${prefix}tool_call>`;
  const key = `<${prefix}arg_key>`;
  const grammar: TagGrammar = {
    open: key,
    tag: new RegExp(
      `${key}([^\\n]{1,256}?)</${prefix}arg_key>(?:\\s|\\\\n){0,64}<${prefix}arg_value>`,
      "y",
    ),
    close: `</${prefix}arg_value>`,
    next: [close],
  };
  return {
    id,
    markers: [
      {
        kind: "unit",
        open: [open],
        after: shape(looseSpace, name, looseSpace, [key, close]),
        end: tagEnd({
          value: [`<${prefix}arg_value>`],
          valueClose: grammar.close,
          close: [close],
          before: [open],
          next: [key],
        }),
        read: (body) => {
          const keyAt = body.text.indexOf(key);
          const end = keyAt < 0 ? body.text.length : keyAt;
          const called = body.text.slice(0, end).replaceAll("\\n", " ");
          // A word between the tags and nothing else is how people write about them.
          if (keyAt < 0 && !body.tools.isDeclared(unquote(called))) return null;
          return [{ name: unquote(called), ...readTagged(body, end, grammar) }];
        },
      },
    ],
  };
}

/** GLM 4.5 to 4.7, Poolside's Laguna. */
export const glm: Dialect = argumentDialect("glm", "");

export const longcatArguments: Dialect = argumentDialect("longcat", "longcat_");
