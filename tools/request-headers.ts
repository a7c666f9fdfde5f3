/** Which headers a model may send. */

const MAX_HEADERS = 32;
const MAX_VALUE_CHARACTERS = 4096;

// Each decides about the connection, says who we are, or makes a server take the request for another one.
const FORBIDDEN: readonly RegExp[] = [
  /^(?:host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|accept-encoding)$/,
  /^(?:cookie2?|authorization|origin|referer|via|forwarded|max-forwards|date)$/,
  /^(?:proxy|sec|x-forwarded|x-original|x-rewrite|x-http|x-amz-security|x-aws-ec2|x-google-metadata|metadata)(?:-|$)/,
  /^(?:x-real-ip|x-client-ip|x-method-override|x-host)$/,
];

/**
 * @param allowed names in lower case that are forbidden to others, such as `authorization`.
 * @returns what is wrong with the first header that cannot be sent; `undefined` when all can.
 */
export function headerProblem(
  headers: Readonly<Record<string, string>>,
  allowed: ReadonlySet<string>,
): string | undefined {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) return `there are more than ${MAX_HEADERS} headers`;
  const names = new Set<string>();
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    const problem = nameProblem(lower, allowed) ?? valueProblem(value);
    if (problem !== undefined) return `the header ${JSON.stringify(name.slice(0, 80))} ${problem}`;
    if (names.has(lower)) return `the header "${lower}" stands there twice`;
    names.add(lower);
  }
  return undefined;
}

function nameProblem(name: string, allowed: ReadonlySet<string>): string | undefined {
  // The characters of RFC 9110, section 5.6.2.
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,80}$/.test(name)) return "has no valid name";
  if (allowed.has(name)) return undefined;
  return FORBIDDEN.some((pattern) => pattern.test(name)) ? "is not for tools to set" : undefined;
}

function valueProblem(value: string): string | undefined {
  if (value.length > MAX_VALUE_CHARACTERS)
    return `is longer than ${MAX_VALUE_CHARACTERS} characters`;
  // A line end would begin another header, or another request.
  return /^[\t\x20-\x7e]*$/.test(value) ? undefined : "holds a character other than ASCII text";
}
