/** Asks a generation something over its own port. */
import { parseJson } from "#core/json.ts";
import { sendRequest } from "#platform/net/http-client.ts";

/** Where a generation answers. */
export interface AskTarget {
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly address?: string | undefined;
  /** Its own, from its record; absent: every client of the port is let in. */
  readonly key?: string | undefined;
}

export interface Question {
  readonly path: string;
  /** Sent as JSON. @default it is a GET */
  readonly body?: object | undefined;
  /** Longest wait for the answer in milliseconds. */
  readonly withinMs: number;
}

export interface PortAnswer {
  readonly status: number;
  /** Undefined where it is not JSON. */
  readonly data: unknown;
}

/**
 * Asks this machine alone: the port is one of ours.
 *
 * @throws {OrgError} `NETWORK_FAILED` when no answer comes in time.
 */
export async function askGeneration(
  { port, key, address = "127.0.0.1" }: AskTarget,
  { path, body, withinMs }: Question,
): Promise<PortAnswer> {
  const rules = {
    ports: [port],
    allowAddress: (one: string) => one === address,
    limits: { totalMs: withinMs, idleMs: withinMs },
  };
  const request = {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}${path}`,
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body)),
  };
  const { signal } = new AbortController();
  const answer = await sendRequest(request, rules, signal);
  return { status: answer.status, data: parseJson(new TextDecoder().decode(answer.body)) };
}
