import type { Dialect } from "../dialect.ts";

/** Roles whose turns a model may go on to write behind its own, where its server does not stop it at the end of that. */
const ROLES = ["user", "system", "assistant", "tool"] as const;
/** How an end of turn and the begin of the next one are written together. */
const NEXT_TURNS: readonly string[] = [
  ...ROLES.flatMap((role) => [
    ...["\n", ""].map((space) => `<|im_end|>${space}<|im_start|>${role}`),
    ...["\n", ""].map((space) => `<end_of_turn>${space}<start_of_turn>${role}`),
    `<|eot_id|><|start_header_id|>${role}<|end_header_id|>`,
    ...["\n", ""].map((space) => `<|end|>${space}<|${role}|>`),
    `<|end_of_text|>\n<|start_of_role|>${role}<|end_of_role|>`,
  ]),
  ...["<|endoftext|>Human:", "<|endoftext|>\nHuman:"],
  ...["<end_of_turn>\n<start_of_turn>model", "<｜end▁of▁sentence｜><｜User｜>"],
];

/** Tokens of chat templates that servers forget to remove. */
export const leaks: Dialect = {
  id: "leaks",
  markers: [
    {
      kind: "end",
      open: [
        ...["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|endoftext|>", "<|im_end|>"],
        ...[
          "<｜end▁of▁sentence｜>",
          "<|end▁of▁sentence|>",
          "<|end_of_sentence|>",
          "</s>",
          "</longcat_s>",
        ],
        ...["<end_of_turn>", "<eos>", "<turn|>", "<|END_OF_TURN_TOKEN|>", "<|end_of_role|>"],
        ...[
          "<|END_RESPONSE|>",
          "<|END_TEXT|>",
          "<|user|>",
          "<|observation|>",
          "<|eos|>",
          "<|ifm|im_end|>",
        ],
        ...["<|endofprompt|>", "<|im_sep|>", "<|assistant_end|>", "<|eom|>", "<|eot|>", "[e~["],
        ...["[END FINAL RESPONSE]", "<|tool_response>", "<start_function_response>"],
      ],
    },
    {
      kind: "frame",
      open: [
        ...[
          "<|im_start|>assistant\n",
          "<|im_start|>assistant",
          "<|im_start|>",
          "<|begin_of_text|>",
        ],
        ...["<|start_header_id|>assistant<|end_header_id|>", "<|CHATBOT_TOKEN|>", "<|assistant|>"],
        ...["<|START_RESPONSE|>", "<|START_TEXT|>", "<|START_OF_TURN_TOKEN|>", "<｜Assistant｜>"],
        ...[
          "<start_of_turn>model\n",
          "<|turn>model\n",
          "<|start_of_role|>assistant<|end_of_role|>",
        ],
      ],
    },
    // All that follows is a conversation that did not take place.
    { kind: "impersonation", open: NEXT_TURNS, anywhere: true },
    { kind: "impersonation", open: ["<tool_response>"], close: ["</tool_response>"] },
    { kind: "impersonation", open: ["<function_results>"], close: ["</function_results>"] },
    { kind: "impersonation", open: ["[TOOL_RESULTS]"], close: ["[/TOOL_RESULTS]"] },
    {
      kind: "impersonation",
      open: ["<start_function_response>response:"],
      close: ["<end_function_response>"],
    },
    { kind: "impersonation", open: ["<|tool_response>response:"], close: ["<tool_response|>"] },
    {
      kind: "impersonation",
      open: ["<｜tool▁outputs▁begin｜>", "<｜tool▁output▁begin｜>"],
      close: ["<｜tool▁outputs▁end｜>", "<｜tool▁output▁end｜>"],
    },
  ],
};
