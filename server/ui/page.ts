/** What a screen of the dashboard is made of: pages that are read, and actions that forms ask for. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import type { Scope } from "#core/access.ts";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Html } from "./html.ts";

/** Who asks for a page, and what of the address it depends on. */
export interface Visit {
  /** Path of the request, such as "/ui/jobs/j1". */
  readonly path: string;
  /** A parameter of the path: `id` of "/ui/jobs/:id". */
  param(name: string): string;
  /** A field behind the question mark; the first of several. */
  query(name: string): string | undefined;
  /** What the session may do. */
  readonly scope: Scope;
  /** Value of the hidden field that every form carries; see `postForm` of parts.ts. */
  readonly csrf: string;
  /** Whether the session still counts; asked again while something streams. */
  readonly isAlive: () => boolean;
  /** Takes secrets and control characters out of text that models, tools or files wrote. */
  readonly clean: (text: string) => string;
  /** The same for data and for entries of a journal. */
  readonly cleaner: TextCleaner;
  /** Tells the operator of what went wrong behind an answer, and is not told to the reader. */
  readonly report: (error: unknown) => void;
  /** A header of the request. */
  header(name: string): string | undefined;
  /** Aborts when the reader has left. */
  readonly signal: AbortSignal;
}

/** A page as its screen makes it; the frame around it is the layout's. */
export interface View {
  /** Without the name of the program. */
  readonly title: string;
  /** Below the heading of level 1, which is the title. */
  readonly main: Html;
  /** What stands beside it on a wide screen, below it on a narrow one. */
  readonly aside?: Html | undefined;
  /** Stands right of the heading, such as a state or a link. */
  readonly beside?: Html | undefined;
  /** Address of the events that the module in the page follows. @default nothing is live */
  readonly stream?: string | undefined;
  /** @default 200 */
  readonly status?: ContentfulStatusCode | undefined;
}

export interface Page {
  /** As hono has it, whole: "/ui/jobs/:id". */
  readonly path: string;
  /** What a session may do at least. @default "read" */
  readonly scope?: Scope | undefined;
  /**
   * A response is sent as it is: downloads and streams.
   *
   * @throws {OrgError} shown as a page with its status, as the API has it.
   */
  readonly render: (visit: Visit) => View | Response | Promise<View | Response>;
}

export type Tone = "good" | "bad" | "plain";

/** Where a form leads to. */
export interface Done {
  /** A path of the dashboard. */
  readonly to: string;
  /** Shown once, on the next page. */
  readonly flash?: { readonly tone: Tone; readonly text: string } | undefined;
}

/** What a form asks for. */
export interface Action {
  /** As hono has it, whole. */
  readonly path: string;
  /** What a session may do at least. */
  readonly scope: Scope;
  /**
   * @param fields of the form, without the hidden one, which was checked.
   * @throws {OrgError} shown as a page with its status; nothing was done then.
   */
  readonly submit: (visit: Visit, fields: unknown) => Promise<Done>;
}

interface ActionParts<Form> extends Pick<Action, "path" | "scope"> {
  /** Every value of a form is a text. */
  readonly form: z.ZodType<Form>;
  readonly run: (visit: Visit, form: Form) => Done | Promise<Done>;
}

/** An action whose fields are held against a schema first. */
export function action<Form>({ path, scope, form, run }: ActionParts<Form>): Action {
  return {
    ...{ path, scope },
    submit: async (visit, fields) => {
      const read = form.safeParse(fields);
      if (!read.success) throw unfit(read.error);
      return await run(visit, read.data);
    },
  };
}

function unfit(error: z.ZodError): OrgError {
  const [issue] = error.issues;
  return new OrgError("The form cannot be used as it was sent", {
    code: "INPUT_INVALID",
    why: `${issue?.path.join(".") || "a field"}: ${issue?.message ?? "unreadable"}`,
    remedies: ["go back, and send it again"],
    unchanged: "Nothing was changed.",
  });
}

/** Pages and actions that belong together. */
export interface Screen {
  /** In the navigation, lowest place first. @default only links lead there */
  readonly nav?: { readonly label: string; readonly path: string; readonly position: number };
  readonly pages: readonly Page[];
  readonly actions?: readonly Action[];
}
