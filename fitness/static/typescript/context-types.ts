/** The types that a tool may import: of its `ctx`, with what its contract grants and nothing else. */

const HEAD = `
export interface ToolResponse {
  readonly url: string;
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Readonly<Record<string, string>>;
  text(): Promise<string>;
  json(): Promise<any>;
}
`;

const READ = `read(path: string): Promise<string>;
    list(path?: string): Promise<string[]>;`;
const WRITE = "write(path: string, text: string): Promise<void>;";

/** The source of `#tools/tool.ts` as a tool with these capabilities sees it. */
export function contextTypes(capabilities: readonly string[]): string {
  const has = (name: string): boolean => capabilities.includes(name);
  const members = ["log(...values: unknown[]): void;"];
  if (capabilities.some((name) => name.startsWith("net:"))) {
    members.push("fetch(url: string): Promise<ToolResponse>;");
  }
  if (has("files:read") || has("files:write")) {
    const methods = [has("files:read") ? READ : "", has("files:write") ? WRITE : ""];
    members.push(`readonly files: {\n    ${methods.join("\n    ")}\n  };`);
  }
  if (has("clock")) members.push("readonly clock: { now(): number };");
  if (has("random")) members.push("random(): number;");
  if (has("memory")) {
    members.push(
      "readonly memory: { get(key: string): Promise<any>; set(key: string, value: unknown): Promise<void> };",
    );
  }
  return `${HEAD}
export interface ToolContext {
  ${members.join("\n  ")}
}
`;
}
