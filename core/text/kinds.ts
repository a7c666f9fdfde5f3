import { ASSIGNMENTS } from "./assignment.ts";
import { CONTEXT_PATTERNS } from "./context-patterns.ts";
import type { SecretKind } from "./secret-kind.ts";
import { TOKENS } from "./tokens.ts";

/**
 * Every kind of secret. At the same position the first one counts: those that are recognised by what stands
 * around them take more out.
 */
export const KINDS: readonly SecretKind[] = [...CONTEXT_PATTERNS, ...TOKENS, ...ASSIGNMENTS];
