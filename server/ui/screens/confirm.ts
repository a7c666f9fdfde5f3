/** A page of its own before what cannot be undone. */
import { type Html, html, type Piece } from "../html.ts";
import type { View, Visit } from "../page.ts";
import { commandLine, postForm } from "../parts.ts";

interface Question {
  readonly title: string;
  /** What will happen, and what it is about. */
  readonly says: Piece;
  /** The action that is asked for, and what it is sent. */
  readonly to: string;
  readonly hidden?: Readonly<Record<string, string>> | undefined;
  /** Inputs before the buttons. */
  readonly fields?: Piece;
  readonly label: string;
  /** @default "danger" */
  readonly tone?: "main" | "danger" | undefined;
  /** The page that it was asked on. */
  readonly back: string;
  /** The same on the command line. */
  readonly command: string;
}

export function confirmView(visit: Pick<Visit, "csrf">, question: Question): View {
  const { title, says, to, hidden, fields = "", label, tone = "danger", back, command } = question;
  const buttons: Html = html`<p class="actions"><button type="submit" class="button ${tone}">${label}</button>
<a class="button plain" href="${back}">Back</a></p>`;
  const form = postForm(visit, { to, hidden, shape: "stacked", fields: [fields, buttons] });
  return {
    title,
    main: html`<div class="card confirm">${says}${form}${commandLine(command)}</div>`,
  };
}
