import { StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import type { McpServerSettings } from "#core/mcp-server.ts";
import type { HttpRules } from "#platform/net/http-client.ts";
import { POLICIES } from "#platform/sandbox/policy.ts";
import type { ErrorOutputOptions } from "./error-output.ts";
import { mcpFetch } from "./http-fetch.ts";
import { SandboxTransport } from "./sandbox-transport.ts";

interface TransportOptions extends Pick<ErrorOutputOptions, "clean" | "onLine"> {
  /** How a server is reached over HTTP. */
  readonly rules: HttpRules | undefined;
  /** How long a connection may take, in milliseconds. */
  readonly connectMs: number;
}

/** The way to a server, which is not connected yet: a program of its own in the sandbox, or HTTP through our own client. */
export function transportFor(settings: McpServerSettings, options: TransportOptions): Transport {
  const { rules, connectMs, clean, onLine } = options;
  if (settings.kind === "url") {
    const url = new URL(settings.url);
    const requestInit = { headers: { ...settings.headers } };
    // What a call may take is for its own limit to say.
    const totalMs = Math.max(settings.callMs, connectMs);
    const limits = { ...rules?.limits, totalMs, idleMs: totalMs };
    const fetch = mcpFetch(url, { ...rules, limits });
    return new StreamableHTTPClientTransport(url, { fetch, requestInit });
  }
  const { command, environment, files, network } = settings;
  const policy = {
    ...POLICIES.mcpServer,
    environment,
    readOnly: files.map((path) => ({ from: path, to: path })),
    network: network.length === 0 ? (false as const) : { hosts: network },
  };
  return new SandboxTransport({ command, policy, onLine, clean });
}
