/** What the endpoints of the child have in common. */
import { timingSafeEqual } from "node:crypto";

/** Whether a client knows the token that the parent gave to the child. */
export function hasToken(request: Request, token: string): boolean {
  const actual = Buffer.from(request.headers.get("authorization") ?? "");
  const expected = Buffer.from(`Bearer ${token}`);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** An answer that says what went wrong, as OpenAI's clients read it. */
export function failure(status: number, code: string, message: string): Response {
  return Response.json({ error: { message, code } }, { status });
}
