/** What a caller over HTTP may do. */

/** From the least to the most; each one includes those before it. */
export const SCOPES = ["read", "run", "admin"] as const;

/** `read`: look at everything. `run`: have something done. `admin`: decide what becomes of main. */
export type Scope = (typeof SCOPES)[number];

/** Whether a caller with a scope may do what needs another one. */
export function includesScope(scope: Scope, needed: Scope): boolean {
  return SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}
