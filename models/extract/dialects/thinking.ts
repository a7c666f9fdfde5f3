import type { Dialect } from "../dialect.ts";

/** `<name>` and `</name>`. */
const TAGS = [
  "think",
  "thinking",
  "thought",
  "reasoning",
  "seed:think",
  "mm:think",
  "longcat_think",
  "ifm|think",
  "ifm|think_fast",
  "ifm|think_faster",
] as const;

const PAIRS: readonly (readonly [open: string, close: string])[] = [
  ...TAGS.map((tag) => [`<${tag}>`, `</${tag}>`] as const),
  ["[THINK]", "[/THINK]"],
  ["<|START_THINKING|>", "<|END_THINKING|>"],
  ["<|begin_of_thought|>", "<|end_of_thought|>"],
  ["<|inner_prefix|>", "<|inner_suffix|>"],
  ["◁think▷", "◁/think▷"],
];

/** Blocks of reasoning, by the markers that models put around them. */
export const thinking: Dialect = {
  id: "thinking",
  markers: [
    ...PAIRS.map(([open, close]) => ({ kind: "think", open: [open], close: [close] }) as const),
    // Gemma 4: the name of the channel is part of the opener where it is written.
    {
      kind: "think",
      open: ["<|channel>thought\n", "<|channel>thought", "<|channel>"],
      close: ["<channel|>"],
    },
    // Apriel: all that stands before this is reasoning.
    { kind: "think", open: [], close: ["[BEGIN FINAL RESPONSE]"] },
  ],
};
