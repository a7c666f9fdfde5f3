import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";

/** The port that `--port` names. @throws {OrgError} `USAGE` */
export function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new OrgError(`--port ${echoed(text)} is not a port`, {
    code: "USAGE",
    why: "it is a number from 1 to 65535, or 0 for any free port",
    remedies: ["org help serve"],
  });
}
