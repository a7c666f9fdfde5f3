import { OrgError } from "./errors.ts";

/** A server that sends without an end. @param what was too long, as "an event"; @param limit in characters. */
export function streamTooLong(what: string, limit: number): OrgError {
  const size = limit.toLocaleString("en");
  return new OrgError(`The server sent ${what} of more than ${size} characters`, {
    code: "STREAM_ERROR",
    why: `Such ${what} is not a piece of an answer; reading on would fill the memory.`,
    remedies: ["check that the address is that of a model server"],
    unchanged: "Earlier messages are kept.",
  });
}
