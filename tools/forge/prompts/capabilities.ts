/** What `ctx` is to a tool with these capabilities, in words for a model. */
import type { Contract } from "../../contract/spec.ts";

const PARTS: Readonly<Record<string, string | undefined>> = {
  clock: "clock: { now(): number } // milliseconds since 1970; the only clock",
  random: "random(): number // from 0 to 1; the only source of randomness",
  memory:
    "memory: { get(key: string): Promise<unknown>; set(key: string, value: unknown): Promise<void> }",
  "files:read":
    "files: { read(path: string): Promise<string>; list(path: string): Promise<string[]> }",
  "files:write": "files: { write(path: string, text: string): Promise<void> }",
};

const FETCH =
  "fetch(url: string): Promise<{ status: number; ok: boolean; text(): Promise<string>; json(): Promise<unknown> }>";

export function capabilityText({ capabilities, language }: Contract): string {
  const parts = [...new Set(capabilities.map((one) => PARTS[one] ?? FETCH))];
  if (parts.length === 0) return "ctx has no capability: do not use it.";
  const how =
    language === "ts"
      ? "ctx has this and nothing else; write its type as `ctx: { ... }`:"
      : "ctx has this and nothing else, as attributes; the calls return values, not promises:";
  return `${how}\n${parts.map((part) => `- ${part}`).join("\n")}`;
}
