/** Failures and refusals as pages. */
import { includesScope, SCOPES, type Scope } from "#core/access.ts";
import type { OrgError } from "#core/errors.ts";
import type { Problem } from "../http/problem.ts";
import { html, type Piece } from "./html.ts";
import type { View } from "./page.ts";

/**
 * What happened, why, what to do and what is unchanged.
 *
 * @param problem what may be told of a failure that is not the reader's to mend.
 */
export function errorView(
  error: OrgError | undefined,
  problem: Problem | undefined,
  clean: (text: string) => string,
): View {
  if (error === undefined) {
    const { message = "something went wrong here", code = "INTERNAL" } = problem?.error ?? {};
    return { title: "That did not work", main: html`<p>${message}</p><p class="code">${code}</p>` };
  }
  const { message, why, remedies, left, code } = error;
  const because: Piece = why !== undefined && html`<p>${clean(why)}</p>`;
  const unchanged: Piece = left !== undefined && html`<p>${clean(left)}</p>`;
  const steps = remedies.map((remedy) => html`<li><code>${clean(remedy)}</code></li>`);
  return {
    title: clean(message),
    main: html`<div class="card failure">${because}<ul class="remedies">${steps}</ul>${unchanged}<p class="code">${code}</p></div>`,
  };
}

/** For a session whose scope does not reach. */
export function refusedView(needed: Scope, scope: Scope): View {
  const enough = SCOPES.filter((one) => includesScope(one, needed)).join(" or ");
  return {
    title: "This session may not do that",
    status: 403,
    main: html`<div class="card failure"><p>It was opened with a token of the scope ${scope}; this needs ${enough}.</p>
<ul class="remedies"><li><code>org ui</code> <span>signs in with the rights of the owner</span></li></ul><p>Nothing was changed.</p></div>`,
  };
}
