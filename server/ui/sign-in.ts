/** How one gets in: a link that counts once, or a token of the home. */
import type { Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Scope } from "#core/access.ts";
import type { RequestEnv } from "../http/request-env.ts";
import type { Assets } from "./assets.ts";
import { foreignForm } from "./browser-rules.ts";
import { type Html, html, type Piece } from "./html.ts";
import { bareLayout } from "./layout.ts";
import { SESSION_MS, type Sessions } from "./sessions.ts";

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

/** A browser sends the cookies of a host to all of its ports: each generation has a name of its own. */
export function cookieName(host: string | undefined): string {
  const port = /:(\d+)$/.exec(host ?? "")?.[1];
  return port === undefined ? "org_ui" : `org_ui_${port}`;
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
    const said = out === undefined ? undefined : "You are signed out.";
    return await show(context, form({ link, to: ownPath(to), said }));
  });
  app.post("/ui/sign-in", async (context) => {
    const foreign = foreignForm((name) => context.req.header(name));
    if (foreign !== undefined) return await show(context, html`<p>Refused: ${foreign}.</p>`, 403);
    const fields = await context.req.parseBody();
    const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
    const to = ownPath(text("to"));
    const found = judge(parts, context, { link: text("link"), token: text("token").trim() });
    if ("message" in found) return await show(context, form({ to, said: found.message }), 401);
    // One who put a session into this browser does not share the new one.
    const name = cookieName(context.req.header("host"));
    parts.sessions.end(getCookie(context, name));
    setCookie(context, name, parts.sessions.start(found), {
      ...{ httpOnly: true, sameSite: "Strict", path: "/ui", maxAge: SESSION_MS / 1000 },
      secure: context.req.header("origin")?.startsWith("https:") === true,
    });
    return context.redirect(to, 303);
  });
}

interface Given {
  readonly link: string;
  readonly token: string;
}

function judge(
  { sessions, signIn }: SignInParts,
  context: UiContext,
  { link, token }: Given,
): Parameters<Sessions["start"]>[0] | { readonly message: string } {
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

interface Asked {
  /** Of a link that a person followed; it counts when the form is sent, so that no preview uses it up. */
  readonly link?: string | undefined;
  readonly to: string;
  readonly said?: string | undefined;
}

function form({ link = "", to, said }: Asked): Html {
  const note: Piece = said !== undefined && html`<p class="flash plain" role="status">${said}</p>`;
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
