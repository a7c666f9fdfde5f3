import type { Dialect } from "../dialect.ts";

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
    { kind: "invented", open: ["<tool_response>"], close: ["</tool_response>"] },
    { kind: "invented", open: ["<function_results>"], close: ["</function_results>"] },
    { kind: "invented", open: ["[TOOL_RESULTS]"], close: ["[/TOOL_RESULTS]"] },
    {
      kind: "invented",
      open: ["<start_function_response>response:"],
      close: ["<end_function_response>"],
    },
    { kind: "invented", open: ["<|tool_response>response:"], close: ["<tool_response|>"] },
    {
      kind: "invented",
      open: ["<｜tool▁outputs▁begin｜>", "<｜tool▁output▁begin｜>"],
      close: ["<｜tool▁outputs▁end｜>", "<｜tool▁output▁end｜>"],
    },
  ],
};
