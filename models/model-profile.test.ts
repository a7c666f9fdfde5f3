import { expect, test } from "bun:test";
import { profileOf, requireDialects } from "./model-profile.ts";

const qwen = `{%- for m in messages %}...{{- '<tool_call>\\n' }}{%- endfor %}`;

test.each([
  [
    "a template that begins the answer inside a block",
    `${qwen}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n<think>\\n' }}{%- endif %}`,
    { thinkOpen: true, dialect: "hermes" },
  ],
  [
    "a block that is closed at once: thinking is off",
    `${qwen}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n<think>\\n\\n</think>\\n\\n' }}{%- endif %}`,
    { dialect: "hermes" },
  ],
  [
    "thinking that only stands in the history",
    `${qwen}{{ '<think>' + m.reasoning + '</think>' }}{%- if add_generation_prompt %}{{- 'assistant\\n' }}{%- endif %}`,
    { dialect: "hermes" },
  ],
  ["Go's language", "{{ range .Messages }}{{ end }}<|assistant|><think>\n", { thinkOpen: true }],
  ["Mistral", "[AVAILABLE_TOOLS]...[TOOL_CALLS] [...]", { dialect: "mistral" }],
  ["a template without either", "{{ .System }} {{ .Prompt }}", {}],
])("%s", (_name, template, profile) => {
  expect(profileOf(template)).toEqual(profile);
});

test("a dialect in the settings that does not exist is refused with its place and the nearest names", () => {
  const models = { "qwen*": { dialect: "herms" }, "*": {} };
  expect(() => requireDialects({ configPath: "/home/org.config", models })).toThrow(
    expect.objectContaining({
      code: "CONFIG_INVALID",
      why: expect.stringMatching(/^models\.qwen\*\.dialect: "herms" is not a dialect; .*"hermes"/),
    }),
  );
  requireDialects({ configPath: "/home/org.config", models: { m: { dialect: "hermes" } } });
});
