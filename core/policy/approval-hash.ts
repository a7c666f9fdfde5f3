import { canonicalJson } from "../canonical-json.ts";
import type { CallFacts } from "./policy.ts";

/** SHA-256 in hexadecimal of everything that an approval is bound to; the order of arguments plays no part. */
export function approvalHash({ tool, persona, branch, arguments: args }: CallFacts): string {
  const bound = canonicalJson({ tool, persona, branch, arguments: args });
  return new Bun.CryptoHasher("sha256").update(bound).digest("hex");
}
