import type { Check, Finding } from "#core/check.ts";
import { errnoOf } from "#platform/files.ts";
import { generationOnPort } from "../processes/generation-record.ts";
import { ok } from "./program.ts";

/** Whether the generations of a home can serve on their ports, or do so already. */
export function portsCheck(home: string, ports: readonly number[]): Check {
  const run = async (): Promise<Finding> => {
    const states = await Promise.all(
      ports.map(async (port) => [port, await userOf(home, port)] as const),
    );
    const occupied = states.filter(([, user]) => user === undefined).map(([port]) => port);
    const detail = states
      .map(([port, user]) => `${port} ${user ?? "is taken by another program"}`)
      .join(", ");
    if (occupied.length === 0) return ok(detail);
    return {
      state: "warning",
      detail,
      remedies: [
        ...occupied.map((port) => `ss -ltnp 'sport = :${port}'   # who it is`),
        "org serve --port N   # serves on another one",
      ],
    };
  };
  return { name: "ports", run };
}

/** What a port is used for, in words; `undefined`: by another process. */
async function userOf(home: string, port: number): Promise<string | undefined> {
  const serving = await generationOnPort(home, port);
  if (serving !== undefined) return `serves ${serving.name} (process ${serving.pid})`;
  try {
    const socket = { data: () => undefined };
    Bun.listen({ hostname: "127.0.0.1", port, socket }).stop(true);
    return "is free";
  } catch (error) {
    if (errnoOf(error) === "EADDRINUSE") return undefined;
    throw error;
  }
}
