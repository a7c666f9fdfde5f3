/** A patch, line by line, as Git writes it. */
import { type Html, html, type Piece } from "../html.ts";
import { commandLine, emptyNote } from "../parts.ts";
import { count } from "./format.ts";

/** @param text of `git diff`, clean. @param leftOut characters that are missing at its end. */
export function patch(
  { text, omitted }: { readonly text: string; readonly omitted: number },
  branch: string,
): Html {
  if (text.trim() === "") return emptyNote("It changes nothing in main.");
  const lines = text.split("\n").map(
    (line) => html`<span class="${kindOf(line)}">${line}
</span>`,
  );
  const more: Piece =
    omitted > 0 &&
    html`<p class="remark">${count(omitted)} characters more are left out.</p>${commandLine(`org cand show ${branch}`)}`;
  return html`<pre class="diff" tabindex="0" role="region" aria-label="Patch">${lines}</pre>${more}`;
}

function kindOf(line: string): "head" | "added" | "removed" | "same" {
  if (/^(?:diff --git|index |new file|deleted file|similarity|rename |--- |\+\+\+ )/.test(line)) {
    return "head";
  }
  if (line.startsWith("@@")) return "head";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "same";
}
