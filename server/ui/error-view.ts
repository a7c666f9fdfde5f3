/** Failures and refusals as pages. */
import { includesScope, SCOPES, type Scope } from "#core/access.ts";
import type { OrgError } from "#core/errors.ts";
import type { Problem } from "../http/problem.ts";
import { type Html, html, type Piece } from "./html.ts";
import type { View } from "./page.ts";
import { facts } from "./parts.ts";

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
  const { message, why, remedies, unchanged, code } = error;
  const rows: [string, Piece][] = [];
  if (why !== undefined) rows.push(["Why", clean(why)]);
  if (remedies.length > 0) rows.push(["Try", stepsOf(remedies.map(clean))]);
  if (unchanged !== undefined) rows.push(["Unchanged", clean(unchanged)]);
  return {
    title: clean(message),
    main: html`<div class="card confirm">${facts(rows)}<p class="code">${code}</p></div>`,
  };
}

/** What is typed into a shell or a file; all else is a sentence. */
const COMMAND =
  /^(?:[a-z]\w*(?:-\w+)* = |(?:org|git|bun|ssh|sudo|export|ollama|systemctl|\.\/\S+)(?:\s|$))/;

function stepsOf(remedies: readonly string[]): Html {
  const steps = remedies.map((remedy) => {
    return COMMAND.test(remedy) ? html`<li><code>${remedy}</code></li>` : html`<li>${remedy}</li>`;
  });
  return html`<ul class="list">${steps}</ul>`;
}

/** For a session whose scope does not reach. */
export function refusedView(needed: Scope, scope: Scope): View {
  const enough = SCOPES.filter((one) => includesScope(one, needed)).join(" or ");
  return {
    title: "This session may not do that",
    status: 403,
    main: html`<div class="card confirm">${facts([
      ["Why", `it was opened with a token of the scope ${scope}; this needs ${enough}`],
      ["Try", html`<code>org ui</code> signs in with the rights of the owner`],
      ["Unchanged", "Nothing was changed."],
    ])}</div>`,
  };
}
