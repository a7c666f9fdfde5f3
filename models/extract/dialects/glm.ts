/** The name of the tool, then pairs of tags: one holds a key, the next one its value. */
import type { Body, Dialect, Marker, RawCall, UnitMarker } from "../dialect.ts";
import { tagEnd } from "../ends/tag-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { type CallHead, readArguments } from "../readers/headed-json.ts";
import { readTagged, type TagGrammar, unquote } from "../readers/tagged.ts";
import { looseSpace, name, shape, space } from "../shape.ts";

interface Pairs {
  readonly id: string;
  /** Opening tag of a call; its closing tag is made of it. */
  readonly call: string;
  /** Tags around all calls. */
  readonly frames?: readonly string[];
  /** Names of the tags of a pair. */
  readonly key: string;
  readonly value: string;
  /** Stands between the name and the pairs. */
  readonly separator?: string;
  /** Between a key and its value a tag of this name may say the type. */
  readonly type?: string;
  /** White space around values is not part of them. */
  readonly stripped?: true;
  /** Goes on behind the name of each tag. */
  readonly suffix?: string;
}

interface PairTags {
  readonly close: string;
  readonly key: string;
  readonly separators: readonly string[];
  readonly grammar: TagGrammar;
  readonly end: UnitMarker["end"];
}

function pairTags(pairs: Pairs): PairTags {
  const { call, suffix = "", type } = pairs;
  const tag = (word: string): string => `<${word}${suffix}>`;
  const close = closing(call);
  const key = tag(pairs.key);
  const value = tag(pairs.value);
  const valueClose = closing(value);
  const typed = type === undefined ? "" : `(?:<${type}>[^<>]{0,64}</${type}>)?(?:\\s|\\\\n){0,64}`;
  const blanks = "(?:\\s|\\\\n){0,64}";
  const grammar: TagGrammar = {
    open: key,
    // Where the tag before the value was forgotten, the value follows the key.
    tag: new RegExp(
      `${RegExp.escape(key)}([^\\n]{1,256}?)${RegExp.escape(closing(key))}${blanks}${typed}(?:${RegExp.escape(value)})?`,
      "y",
    ),
    close: valueClose,
    next: [close],
    inLine: true,
    ...(pairs.stripped === true ? { stripped: true } : {}),
  };
  const end = tagEnd({
    value: [value],
    valueClose,
    close: [close],
    before: [call],
    next: [key],
  });
  const separators = pairs.separator === undefined ? [] : [tag(pairs.separator)];
  return { close, key, separators, grammar, end };
}

function closing(tag: string): string {
  return tag.replace("<", "</");
}

function pairDialect(pairs: Pairs): Dialect {
  const tags = pairTags(pairs);
  const { call, frames = [] } = pairs;
  const markers: Marker[] = [
    {
      kind: "unit",
      open: [call],
      after: shape(looseSpace, name, looseSpace, [...tags.separators, tags.key, tags.close]),
      end: tags.end,
      read: (body) => readPairs(body, tags),
    },
    { kind: "close", open: [tags.close, ...frames.map(closing)] },
  ];
  if (frames.length === 0) return { id: pairs.id, markers };
  return {
    id: pairs.id,
    markers: [...markers, { kind: "wrapper", open: frames, after: shape(space, [call]) }],
  };
}

function readPairs(body: Body, { key, separators, grammar }: PairTags): RawCall[] | null {
  const keyAt = body.text.indexOf(key);
  const head = keyAt < 0 ? body.text : body.text.slice(0, keyAt);
  const written = separators.reduce((text, separator) => text.replace(separator, " "), head);
  const called = unquote(written.replaceAll("\\n", " "));
  const isSeparated = written !== head;
  // A word between the tags and nothing else is how people write about them.
  if (keyAt < 0 && !isSeparated && !body.tools.isDeclared(called)) return null;
  // A name that was cut off may be the beginning of another one.
  if (keyAt < 0 && !isSeparated && body.cut && !body.stopped) return null;
  return [{ name: called, ...readTagged(body, head.length, grammar) }];
}

/** GLM 4.5 to 4.7, Poolside's Laguna, Hunyuan 4 without a suffix. Line ends may be the two characters `\n`. */
export const glm: Dialect = pairDialect({
  id: "glm",
  call: "<tool_call>",
  frames: ["<tool_calls>"],
  key: "arg_key",
  value: "arg_value",
});

export const longcatArguments: Dialect = pairDialect({
  id: "longcat",
  call: "<longcat_tool_call>",
  key: "longcat_arg_key",
  value: "longcat_arg_value",
});

/** TeleChat 4, Xing 4. */
export const teleChat: Dialect = pairDialect({
  id: "telechat",
  call: "<tool_call>",
  key: "param_key",
  value: "param_value",
  stripped: true,
});

/** IQuest, and its coder. */
export const iquest: readonly Dialect[] = ["iquest", "iquestcoder"].map((id) =>
  pairDialect({ id, call: `<${id}_tool_call>`, key: "arg_key", value: "arg_value" }),
);

/** K2 Horizon; the same tags may hold JSON, which `json-in-tags.ts` reads. */
export const k2Horizon: Dialect = pairDialect({
  id: "k2-horizon",
  call: "<ifm|tool_call>",
  frames: ["<ifm|tool_calls>"],
  key: "ifm|arg_key",
  value: "ifm|arg_value",
  type: "ifm\\|arg_type",
});

/** The name, then JSON, in the tag of Hermes: Laguna, TeleChat. */
export const namedJson: Dialect = {
  id: "laguna",
  markers: [
    {
      kind: "unit",
      open: ["<tool_call>"],
      after: shape(space, name, space, ["{"]),
      end: valueEnd({ close: ["</tool_call>"], before: ["<tool_call>"] }),
      read: (body) => {
        const head = nameHead(body.text);
        return head === undefined ? null : readArguments(body, head);
      },
    },
  ],
};

function nameHead(text: string): CallHead | undefined {
  const match = /^\s*([^\s{]+)\s*/.exec(text);
  return match?.[1] === undefined ? undefined : { name: unquote(match[1]), end: match[0].length };
}

const SUFFIX = /:[^\s<>]{1,64}(?=>$)/;
const COMPILED = new Map<string, PairTags>();
/** No answer has so many suffixes; an attack must not fill the memory. */
const MOST_SUFFIXES = 16;

/** The tags with the suffix of an opener. */
function suffixedTags(opener: string): PairTags {
  const suffix = SUFFIX.exec(opener)?.[0] ?? "";
  const compiled = COMPILED.get(suffix);
  if (compiled !== undefined) return compiled;
  const pairs = { id: "hunyuan", key: "arg_key", value: "arg_value", separator: "tool_sep" };
  const made = pairTags({ ...pairs, call: `<tool_call${suffix}>`, suffix });
  if (COMPILED.size >= MOST_SUFFIXES) COMPILED.clear();
  COMPILED.set(suffix, made);
  return made;
}

/** Hunyuan 3 and 4: the names of all tags go on with a suffix of the checkpoint, `<tool_call:opensource>`. */
export const hunyuan: Dialect = {
  id: "hunyuan",
  markers: [
    {
      kind: "unit",
      open: ["<tool_call:"],
      suffixed: true,
      after: shape(looseSpace, name, looseSpace, ["<tool_sep:", "<arg_key:", "</tool_call:"]),
      end: (opener) => suffixedTags(opener).end(opener),
      read: (body) => readPairs(body, suffixedTags(body.opener)),
    },
    {
      kind: "wrapper",
      open: ["<tool_calls:"],
      suffixed: true,
      after: shape(space, ["<tool_call:"]),
    },
    { kind: "close", open: ["</tool_call:", "</tool_calls:"], suffixed: true },
    { kind: "think", open: ["<think:"], close: ["</think:"], suffixed: true },
  ],
};

/** Hunyuan 3 without a suffix. */
export const hunyuanPlain: Dialect = pairDialect({
  id: "hunyuan",
  call: "<tool_call>",
  key: "arg_key",
  value: "arg_value",
  separator: "tool_sep",
});
