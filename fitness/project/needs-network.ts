/** Whether a check failed for want of a network, by what programs print then. */

/** With a host where it is named; each text that people meet, and nothing that a test would print by itself. */
const SIGNS: readonly RegExp[] = [
  /Could not resolve host:? (?<host>[\w.-]+)/,
  /unable to resolve host address [\u2018'"](?<host>[\w.-]+)/,
  /getaddrinfo (?:EAI_AGAIN|ENOTFOUND) (?<host>[\w.-]+)/,
  /dial tcp: lookup (?<host>[\w.-]+)/,
  /HTTPS?ConnectionPool\(host='(?<host>[\w.-]+)'.*(?:resolve|resolution|unreachable)/,
  /Temporary failure in name resolution|Name or service not known|Network is unreachable/,
  /module lookup disabled by GOPROXY=off/,
  /attempting to make an HTTP request, but --offline was specified/,
  /you may want to retry without the --offline flag|as a reminder, you're using offline mode/,
];

/**
 * @param tail the end of what it printed.
 * @returns the host that it looked for, "" where none is named; `undefined` where it looked for none.
 */
export function neededHost(tail: string): string | undefined {
  for (const sign of SIGNS) {
    const found = sign.exec(tail);
    if (found !== null) return found.groups?.["host"] ?? "";
  }
  return undefined;
}
