/**
 * What is publicly known of the usual local models. It counts where the server reports nothing; `org models table` and
 * docs/models.md show it.
 */

const LISTED = "llama.cpp's list of templates";
const TEMPLATE = "its public template";
const CARD = "its model card";
const UNCONFIRMED = "not confirmed";

/** A family of models that share a chat template. */
export interface KnownModel {
  readonly family: string;
  /** Fits the beginning of a name, without its owner and in lower case: "qwen2.5-coder:1.5b". */
  readonly name: RegExp;
  /** Weights of its usual sizes, in billions; of a mixture of experts all of them. */
  readonly billions: readonly number[];
  /** Id of the dialect in which its public template teaches calls; absent: it teaches none. */
  readonly dialect?: string;
  readonly thinks: "no" | "yes" | "can be switched";
  /** Where the dialect was looked up. */
  readonly source: typeof LISTED | typeof TEMPLATE | typeof CARD | typeof UNCONFIRMED;
  /** What was observed with it on a real server; absent: it was not tried. */
  readonly tried?: string;
}

/**
 * The first whose name fits counts: the more special ones come first.
 *
 * @see https://github.com/ggml-org/llama.cpp/blob/master/docs/function-calling.md
 */
export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    ...{ family: "Qwen2.5-Coder", name: /^qwen-?2\.5-?coder/, thinks: "no" },
    ...{ billions: [0.5, 1.5, 3, 7, 14, 32], dialect: "hermes", source: LISTED },
    tried:
      "1.5B Q4_K_M on llama.cpp and Ollama: the servers parsed none of its calls, 14 of 18 were found in its text",
  },
  {
    ...{ family: "Qwen2.5", name: /^qwen-?2\.5/, thinks: "no" },
    ...{ billions: [0.5, 1.5, 3, 7, 14, 32, 72], dialect: "hermes", source: LISTED },
  },
  {
    ...{ family: "Qwen3-Coder", name: /^qwen-?3-?coder/, thinks: "no" },
    ...{ billions: [30, 480], dialect: "qwen3-coder", source: TEMPLATE },
  },
  {
    ...{ family: "Qwen3", name: /^qwen-?3/, thinks: "can be switched" },
    ...{ billions: [0.6, 1.7, 4, 8, 14, 30, 32, 235], dialect: "hermes", source: TEMPLATE },
  },
  {
    ...{ family: "Llama 3.1", name: /^(?:meta-)?llama-?3\.1/, thinks: "no" },
    ...{ billions: [8, 70, 405], dialect: "llama3", source: LISTED },
  },
  {
    ...{ family: "Llama 3.2", name: /^(?:meta-)?llama-?3\.2/, thinks: "no" },
    ...{ billions: [1, 3, 11, 90], dialect: "llama3", source: LISTED },
  },
  {
    ...{ family: "Llama 3.3", name: /^(?:meta-)?llama-?3\.3/, thinks: "no" },
    ...{ billions: [70], dialect: "llama3", source: LISTED },
  },
  {
    ...{ family: "Gemma 2", name: /^gemma-?2/, thinks: "no" },
    ...{ billions: [2, 9, 27], source: LISTED },
  },
  {
    ...{ family: "Gemma 3", name: /^gemma-?3/, thinks: "no" },
    ...{ billions: [0.27, 1, 4, 12, 27], source: TEMPLATE },
  },
  {
    ...{ family: "CodeGemma", name: /^codegemma/, thinks: "no" },
    ...{ billions: [2, 7], source: UNCONFIRMED },
  },
  {
    ...{ family: "Mistral 7B v0.3, Nemo, Small 3", name: /^mistral/, thinks: "no" },
    ...{ billions: [7, 12, 24], dialect: "mistral", source: LISTED },
  },
  {
    ...{ family: "Ministral 3", name: /^ministral/, thinks: "no" },
    ...{ billions: [3, 8, 14], dialect: "mistral", source: TEMPLATE },
  },
  {
    ...{ family: "Devstral Small", name: /^devstral/, thinks: "no" },
    ...{ billions: [24], dialect: "mistral", source: TEMPLATE },
  },
  {
    ...{ family: "Phi-4-mini", name: /^phi-?4-?mini/, thinks: "no" },
    ...{ billions: [3.8], dialect: "granite", source: TEMPLATE },
  },
  {
    ...{ family: "Phi-4", name: /^phi-?4(?!-(?:reasoning|multimodal))/, thinks: "no" },
    ...{ billions: [14.7], source: LISTED },
  },
  {
    ...{ family: "DeepSeek-R1, distilled", name: /^deepseek-r1/, thinks: "yes" },
    ...{ billions: [1.5, 7, 8, 14, 32, 70], dialect: "deepseek", source: TEMPLATE },
  },
  {
    ...{ family: "gpt-oss", name: /^gpt-?oss/, thinks: "yes" },
    ...{ billions: [20, 120], dialect: "harmony", source: CARD },
  },
  {
    ...{ family: "Granite 4", name: /^granite-?4/, thinks: "no" },
    ...{ billions: [0.35, 1, 3, 7, 32], dialect: "hermes", source: TEMPLATE },
  },
  {
    ...{ family: "Granite 3", name: /^granite-?3/, thinks: "no" },
    ...{ billions: [2, 8], dialect: "granite", source: TEMPLATE },
  },
  {
    ...{ family: "SmolLM3", name: /^smollm-?3/, thinks: "can be switched" },
    ...{ billions: [3], dialect: "hermes", source: CARD },
  },
  {
    ...{ family: "SmolLM2", name: /^smollm-?2/, thinks: "no" },
    ...{ billions: [0.135, 0.36, 1.7], source: LISTED },
    tried:
      "135M Q4_1 in the engine: it chats and uses no tools; with the rules of the room 3 of 12 answers went round in circles",
  },
  {
    ...{ family: "Command R7B", name: /^(?:c4ai-)?command-r7b/, thinks: "can be switched" },
    ...{ billions: [8], dialect: "cohere", source: LISTED },
  },
  {
    ...{ family: "Falcon 3", name: /^falcon-?3/, thinks: "no" },
    ...{ billions: [1, 3, 7, 10], dialect: "hermes", source: LISTED },
  },
  {
    ...{ family: "OLMo 2", name: /^olmo-?2/, thinks: "no" },
    ...{ billions: [1, 7, 13, 32], source: UNCONFIRMED },
  },
  {
    ...{ family: "StarCoder2", name: /^starcoder-?2/, thinks: "no" },
    ...{ billions: [3, 7, 15], source: TEMPLATE },
  },
];

/** What is publicly known of a model, by its name on a server: "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF". */
export function knownModel(name: string): KnownModel | undefined {
  const own = (name.split("/").at(-1) ?? name).toLowerCase();
  return KNOWN_MODELS.find((model) => model.name.test(own));
}

/** All of it as a table in Markdown. */
export function knownModelsTable(): string {
  const rows = KNOWN_MODELS.map(({ family, billions, dialect, thinks, source, tried }) => [
    family,
    billions.map(sizeOf).join(", "),
    dialect === undefined ? "none taught" : `\`${dialect}\``,
    thinks,
    source,
    tried ?? "not tried",
  ]);
  const head = ["model", "sizes", "calls", "thinks", "looked up in", "tried"];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}

/** "1.5B", "135M". */
function sizeOf(billions: number): string {
  return billions < 0.5 ? `${Math.round(billions * 1000)}M` : `${Number(billions.toPrecision(3))}B`;
}
