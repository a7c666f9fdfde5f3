/** How one gets in: a link that counts once, or a token of the home. */
import type { Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Scope } from "#core/access.ts";
import type { RequestEnv } from "../http/request-env.ts";
import type { Assets } from "./assets.ts";
import { foreignForm } from "./browser-rules.ts";
import { type Html, html, type Piece } from "./html.ts";
import { bareLayout } from "./layout.ts";
import { SESSION_MS, type Session, type Sessions } from "./sessions.ts";

/** Judges a token that a person types. */
export interface SignIn {
  /** @param address of the caller: wrong tokens are counted by it. */
  readonly tokenOf: (
    token: string,
    address: string,
  ) => { readonly id: string; readonly scope: Scope } | { readonly message: string };
}

interface SignInParts {
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly assets: () => Promise<Assets>;
}

type UiContext = Context<RequestEnv>;

/**
 * A browser sends the cookies of a host to all of its ports: each generation has a name of its own. With "__Host-" it
 * takes the cookie over TLS alone, and from this very name: https://www.rfc-editor.org/rfc/rfc6265#section-4.1.3
 */
function cookieName(context: UiContext, isSecure: boolean): string {
  const port = /:(\d+)$/.exec(context.req.header("host") ?? "")?.[1];
  return `${isSecure ? "__Host-" : ""}org_ui${port === undefined ? "" : `_${port}`}`;
}

export interface Signed {
  /** What the cookie holds. */
  readonly id: string;
  readonly session: Session;
}

/** The session of the browser; undefined where none counts under the cookie that it was given. */
export function signedIn(context: UiContext, sessions: Sessions): Signed | undefined {
  for (const isSecure of [true, false]) {
    const id = getCookie(context, cookieName(context, isSecure));
    const session = sessions.find(id);
    if (id !== undefined && session?.isSecure === isSecure) return { id, session };
  }
  return undefined;
}

/** The page that asks, and the form that it sends. */
export function signInRoutes(app: Hono<RequestEnv>, parts: SignInParts): void {
  const show = async (context: UiContext, main: Html, status: 200 | 401 | 403 = 200) => {
    const { style, live } = await parts.assets();
    const frame = { assets: { style: style.path, live: live.path } };
    return await context.html(bareLayout(frame, "Sign in", main), status);
  };
  app.get("/ui/sign-in", async (context) => {
    const { link, to, out } = context.req.query();
    const notice = out === undefined ? undefined : "You are signed out.";
    return await show(context, form({ link, to: ownPath(to), notice: notice }));
  });
  app.post("/ui/sign-in", async (context) => {
    const foreign = foreignForm((name) => context.req.header(name));
    if (foreign !== undefined) return await show(context, html`<p>Refused: ${foreign}.</p>`, 403);
    const fields = await context.req.parseBody();
    const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
    const to = ownPath(text("to"));
    const found = judge(parts, context, { link: text("link"), token: text("token").trim() });
    if ("message" in found) return await show(context, form({ to, notice: found.message }), 401);
    // One who put a session into this browser does not share the new one.
    parts.sessions.end(signedIn(context, parts.sessions)?.id);
    const isSecure = context.req.header("origin")?.startsWith("https:") === true;
    setCookie(
      context,
      cookieName(context, isSecure),
      parts.sessions.start({ ...found, isSecure }),
      {
        ...{ httpOnly: true, sameSite: "Strict", maxAge: SESSION_MS / 1000, secure: isSecure },
        // What "__Host-" demands.
        path: isSecure ? "/" : "/ui",
      },
    );
    return context.redirect(to, 303);
  });
}

interface SignInForm {
  readonly link: string;
  readonly token: string;
}

function judge(
  { sessions, signIn }: SignInParts,
  context: UiContext,
  { link, token }: SignInForm,
): Omit<Parameters<Sessions["start"]>[0], "isSecure"> | { readonly message: string } {
  if (link !== "") {
    return sessions.useLink(link)
      ? { name: "org ui", scope: "admin", token: undefined }
      : {
          message: "This link was used before, or is older than two minutes. Ask for another one.",
        };
  }
  const found = signIn.tokenOf(token, context.env.wire?.address ?? "");
  if ("message" in found) return found;
  return { name: `token ${found.id}`, scope: found.scope, token: found.id };
}

/** Only a path of the dashboard: what stands in an address can come from anybody. */
function ownPath(text: string | undefined): string {
  return text !== undefined && /^\/ui(?:\/[\w.~%-]+)*$/.test(text) ? text : "/ui";
}

interface FormOptions {
  /** Of a link that a person followed; it counts when the form is sent, so that no preview uses it up. */
  readonly link?: string | undefined;
  readonly to: string;
  readonly notice?: string | undefined;
}

function form({ link = "", to, notice }: FormOptions): Html {
  const note: Piece =
    notice !== undefined && html`<p class="flash plain" role="status">${notice}</p>`;
  const target = html`<input type="hidden" name="to" value="${to}">`;
  if (link !== "") {
    return html`${note}<form method="post" action="/ui/sign-in" class="stacked">${target}
<input type="hidden" name="link" value="${link}">
<p>This link signs this browser in, once, for eight hours.</p>
<button type="submit" class="button main">Sign in</button></form>`;
  }
  return html`${note}<p>Run <code>org ui</code> on the machine that serves: it prints a link that signs you in. Or use a token of <code>org token create</code>.</p>
<form method="post" action="/ui/sign-in" class="stacked">${target}
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required maxlength="200" spellcheck="false">
<button type="submit" class="button main">Sign in</button></form>`;
}
