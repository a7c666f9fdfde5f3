import { argumentOf } from "./policy.ts";

/** The arguments that tools of the network name their hosts with. */
const HOST_ARGUMENTS = ["url", "host", "domain", "hosts"];

/** Hosts that a call names, in lower case and without a port; an argument that cannot be read is "?". */
export function hostsOf(args: unknown): readonly string[] {
  return HOST_ARGUMENTS.flatMap((name) => {
    const value = argumentOf(args, name);
    if (value === undefined) return [];
    const named = name === "hosts" && Array.isArray(value) ? value : [value];
    return named.map((one) => (typeof one === "string" ? hostOf(name, one) : "?"));
  });
}

function hostOf(name: string, value: string): string {
  const text = name === "url" ? value : `http://${value}`;
  if (!URL.canParse(text)) return "?";
  // A final dot names the same host, and would slip past a list that has none.
  return new URL(text).hostname.toLowerCase().replace(/\.$/, "") || "?";
}
