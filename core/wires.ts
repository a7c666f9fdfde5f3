/** The protocols of model servers that we speak. */
export const WIRES = ["openai", "ollama", "anthropic"] as const;
export type Wire = (typeof WIRES)[number];
